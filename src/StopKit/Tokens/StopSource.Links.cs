namespace StopKit;

/// <content>Links between sources.</content>
public sealed partial class StopSource
{
    /// <summary>Makes a child scope: it stops with its parent, or alone.</summary>
    /// <param name="parent">The parent; with <see cref="StopToken.None"/> the source has no parent.</param>
    /// <returns>A new source with the parent's clock and logger, already stopped if the parent is.</returns>
    /// <remarks>
    /// Dispose it when the scope ends, otherwise the parent holds it until it aborts (see <see cref="LiveChildren"/>).
    /// </remarks>
    public static StopSource LinkedTo(StopToken parent)
    {
        var source = parent.Source;
        var child = new StopSource(parent.Context);
        source?.AdoptNew(child, abortOnly: false);
        InheritProbe(parent, child);
        return child;
    }

    /// <summary>Makes a child scope of several parents: the first of them to stop wins.</summary>
    /// <param name="parents">The parents; if several are stopped already, the first in this order wins.</param>
    /// <returns>A new source with the first parent's clock and logger.</returns>
    /// <remarks>
    /// In C# 12, the default for .NET 8, write them in brackets: <c>StopSource.LinkedTo([first, second])</c>. Dispose
    /// it when the scope ends.
    /// </remarks>
    public static StopSource LinkedTo(params ReadOnlySpan<StopToken> parents)
    {
        StopContext? context = null;
        foreach (var parent in parents)
            context ??= parent.Source is null ? null : parent.Context;
        var child = new StopSource(context ?? StopContext.Default);
        foreach (var parent in parents)
        {
            parent.Source?.Adopt(child, abortOnly: false);
            InheritProbe(parent, child);
        }

        return child;
    }

    /// <summary>
    /// Makes a source that stops when a <see cref="CancellationToken"/> from elsewhere is canceled, on the canceling
    /// thread.
    /// </summary>
    /// <param name="foreign">
    /// The token; its cancellation is a stop with <see cref="StopCause.CancellationToken"/>.
    /// </param>
    /// <returns>A new source, already stopped if the token is canceled. Dispose it to let go of the token.</returns>
    public static StopSource LinkedTo(CancellationToken foreign)
    {
        var source = new StopSource(StopContext.Default);
        if (!foreign.CanBeCanceled)
            return source;
        var registration = foreign.UnsafeRegister(
            static self => ((StopSource)self!).RequestStop(StopReason.TokenCanceled()), source);
        source.MakeState().ForeignRegistration = registration; // no other code has the source yet
        return source;
    }

    private static void InheritProbe(StopToken parent, StopSource child)
    {
        if (StopProbe.IsInUse && parent.Source is { } source && !parent.IsUnobserving)
            StopProbe.Inherit(source, child);
    }

    /// <summary>
    /// Makes a source for one wait that a <see cref="CancellationToken"/> may end; that is no request, and is not
    /// counted as one.
    /// </summary>
    internal static StopSource ForWait(CancellationToken foreign)
    {
        var source = new StopSource(StopContext.Default);
        source.MakeState().ForeignRegistration = foreign.UnsafeRegister(
            static self => ((StopSource)self!).HandDown(StopReason.TokenCanceled(), abort: null), source);
        return source;
    }

    /// <summary>
    /// Links a child that no other code has yet; a shorter way than <see cref="Adopt"/> for what happens most often.
    /// </summary>
    internal void AdoptNew(StopSource child, bool abortOnly)
    {
        var state = MakeState();
        var link = new StopLink(this, child, abortOnly);
        child._parents = link; // without the child's gate: no other code has the child yet
        _gate.Enter();
        var isRunning = !IsStopRequested && !_isDisposed;
        if (isRunning)
            state.Children.Add(link);
        _gate.Exit();
        if (isRunning)
            return;
        child._parents = null;
        Adopt(child, abortOnly);
    }

    /// <summary>
    /// Links a child below this source (if this one was disposed: below its parents), and hands down what was
    /// requested.
    /// </summary>
    internal void Adopt(StopSource child, bool abortOnly)
    {
        // Most often these stay empty: only a disposed source sends us on to what is above it, on each of many ways maybe.
        Stack<(StopSource Parent, bool AbortOnly)>? further = null;
        HashSet<(StopSource Parent, bool AbortOnly)>? seen = null;
        for (var parent = this; ;)
        {
            var (stop, abort, instead) = parent.TryAttach(child, abortOnly);
            if (abort is not null || (stop is not null && !abortOnly))
                child.HandDown(abortOnly ? abort! : stop!, abort); // a shield that is born aborted is stopped by that, too
            for (var above = abort is null ? instead : null; above is not null; above = above.NextParent)
            {
                var next = (above.Parent, abortOnly || above.AbortOnly);
                if ((seen ??= []).Add(next))
                    (further ??= new()).Push(next);
            }

            if (further is null || !further.TryPop(out var popped))
                return;
            (parent, abortOnly) = popped;
        }
    }

    /// <summary>
    /// Tells whether a stop of <paramref name="ancestor"/> reaches this source; to link it above that one would make a
    /// circle.
    /// </summary>
    internal bool IsBelow(StopSource ancestor)
    {
        foreach (var source in SelfAndAbove())
        {
            if (source == ancestor)
                return true;
        }

        return false;
    }

    /// <summary>This source and all whose stop reaches it, each once, however many ways lead there.</summary>
    private IEnumerable<StopSource> SelfAndAbove()
    {
        Stack<StopSource> path = new([this]);
        HashSet<StopSource>? seen = null; // ways can meet only above a source with several parents
        while (path.TryPop(out var source))
        {
            yield return source;
            source._gate.Enter();
            var above = source._parents; // read on without the gate: a link's own parent never changes
            source._gate.Exit();
            if (above?.NextParent is not null)
                seen ??= [];
            for (; above is not null; above = above.NextParent)
            {
                if (seen is null || seen.Add(above.Parent))
                    path.Push(above.Parent);
            }
        }
    }

    /// <returns>
    /// What was requested of this source, to be handed down; and if it was disposed, the links to its parents.
    /// </returns>
    private (StopReason? Stop, StopReason? Abort, StopLink? Instead) TryAttach(StopSource child, bool abortOnly)
    {
        var state = MakeState();
        var link = new StopLink(this, child, abortOnly);
        // The child knows its parent first, so that a child that is disposed meanwhile can take the link back.
        if (!child.Remember(link, out var weaker))
            return default;
        _gate.Enter();
        var stop = Reason;
        var abort = _abortReason;
        var isDisposed = _isDisposed; // read once: the Dispose of a bare scope does not wait for this gate
        var instead = isDisposed ? _parents : null;
        var attached = abort is null && !isDisposed && link.State == StopLink.LinkState.Loose;
        if (attached)
            state.Children.Add(link);

        _gate.Exit();
        if (!attached)
        {
            child.Forget(link);
        }
        else if (weaker is not null)
        {
            // Only now, so that at every moment an abort finds a way down; a child counts once.
            Detach(weaker);
            child.Forget(weaker);
        }

        return (stop, abort, instead);
    }

    /// <summary>
    /// Notes a link to a parent; false if there is nothing to link: this source was disposed, or hangs on that parent
    /// already.
    /// </summary>
    /// <param name="link">The link.</param>
    /// <param name="weaker">
    /// A link for aborts alone to the same parent, which the new one replaces; null if there is none.
    /// </param>
    private bool Remember(StopLink link, out StopLink? weaker)
    {
        weaker = null;
        _gate.Enter();
        var isNew = (_marks & Marks.Unlinked) == 0;
        // When middle scopes go, several of them may have had one parent. The thread that made the first link sees to it that it holds.
        for (var other = _parents; other is not null && isNew; other = other.NextParent)
        {
            if (other.Parent != link.Parent)
                continue;
            isNew = other.AbortOnly && !link.AbortOnly;
            weaker = isNew ? other : null;
        }

        if (isNew)
        {
            link.NextParent = _parents;
            _parents = link;
        }

        _gate.Exit();
        return isNew;
    }

    private void Forget(StopLink link)
    {
        _gate.Enter();
        // A link that is taken out still leads on to the next, for threads that read the list without the gate.
        if ((_marks & Marks.Unlinked) == 0)
        {
            if (_parents == link)
            {
                _parents = link.NextParent;
            }
            else
            {
                for (var before = _parents; before is not null; before = before.NextParent)
                {
                    if (before.NextParent == link)
                    {
                        before.NextParent = link.NextParent;
                        break;
                    }
                }
            }
        }

        _gate.Exit();
    }

    /// <summary>
    /// Passes on what was requested, and counted, above: to a newly linked child, or to a stage of a group.
    /// </summary>
    internal void HandDown(StopReason stop, StopReason? abort) => MarkAll(stop, abort).Complete();

    /// <summary>
    /// Does the same, but leaves the callbacks to another thread, for a caller that must not be held up by them.
    /// </summary>
    internal void HandDownInBackground(StopReason stop, StopReason? abort) => MarkAll(stop, abort).CompleteInBackground();

    private StopPropagation MarkAll(StopReason stop, StopReason? abort)
    {
        var propagation = new StopPropagation();
        propagation.Mark(this, StopStage.Stopping, stop, isRequest: false);
        if (abort is not null)
            propagation.Mark(this, StopStage.Aborting, abort, isRequest: false);
        propagation.ReleaseWaits();
        return propagation;
    }
}
