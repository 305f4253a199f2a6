using System.Diagnostics;

namespace StopKit;

/// <content>Links between sources, and their end.</content>
public sealed partial class StopSource
{
    /// <summary>Makes a child scope: it stops with its parent, or alone.</summary>
    /// <param name="parent">The parent; with <see cref="StopToken.None"/> the source has no parent.</param>
    /// <returns>A new source with the parent's clock and logger, already stopped if the parent is.</returns>
    /// <remarks>Dispose it when the scope ends, otherwise the parent holds it until it aborts (see <see cref="LiveChildren"/>).</remarks>
    public static StopSource LinkedTo(StopToken parent)
    {
        var source = parent.Source;
        var child = new StopSource(source?._context ?? StopContext.Default);
        source?.AdoptNew(child, abortOnly: false);
        return child;
    }

    /// <summary>Makes a child scope of several parents: the first of them to stop wins.</summary>
    /// <param name="parents">The parents; if several are stopped already, the first in this order wins.</param>
    /// <returns>A new source with the first parent's clock and logger.</returns>
    /// <remarks>In C# 12, the default for .NET 8, write them in brackets: <c>StopSource.LinkedTo([first, second])</c>. Dispose it when the scope ends.</remarks>
    public static StopSource LinkedTo(params ReadOnlySpan<StopToken> parents)
    {
        StopContext? context = null;
        foreach (var parent in parents)
            context ??= parent.Source?._context;
        var child = new StopSource(context ?? StopContext.Default);
        foreach (var parent in parents)
        {
            parent.Source?.Adopt(child, abortOnly: false);
        }

        return child;
    }

    /// <summary>Makes a source that stops when a <see cref="CancellationToken"/> from elsewhere is cancelled, on the cancelling thread.</summary>
    /// <param name="foreign">The token; its cancellation is a stop with <see cref="StopCause.CancellationToken"/>.</param>
    /// <returns>A new source, already stopped if the token is cancelled. Dispose it to let go of the token.</returns>
    public static StopSource LinkedTo(CancellationToken foreign)
    {
        var source = new StopSource(StopContext.Default);
        if (!foreign.CanBeCanceled)
            return source;
        var registration = foreign.UnsafeRegister(
            static self => ((StopSource)self!).RequestStop(StopReason.TokenCancelled()), source);
        source.MakeState().ForeignRegistration = registration; // nobody else has the source yet
        return source;
    }

    /// <summary>Releases what the source holds, and unlinks it; its children are linked to its parents from then on.</summary>
    /// <remarks>
    /// It does not stop anything. Callbacks that were not called by then never are. A second call does nothing. May be called while a stop is under way:
    /// what that one has claimed it completes.
    /// </remarks>
    public void Dispose()
    {
        // Most sources are scopes below another one, and nothing hangs on them any more.
        if (_parents is not { } link || !link.Parent.DetachBare(link))
            TakeInBackground();
    }

    private void TakeInBackground()
    {
        _gate.Enter();
        if ((_marks & Marks.TakenInBackground) != 0)
        {
            _gate.Exit();
            return;
        }

        _isDisposed = true;
        _marks |= Marks.TakenInBackground;
        if (_lazyState is { NewestChild: not null })
        {
            _gate.Exit();
            MoveChildren();
            _gate.Enter();
        }

        _marks |= Marks.Unlinked; // no child comes any more
        var state = _lazyState;
        var deadlines = state is null ? default : Drop(state);
        _gate.Exit();

        deadlines.Stop?.Dispose();
        deadlines.Abort?.Dispose();
        // Unregister does not wait: the foreign token may be cancelled right now, by a callback that disposes us.
        state?.ForeignRegistration.Unregister();
        // Read without the gate: once unlinked the list stays as it is.
        for (var above = _parents; above is not null; above = above.NextParent)
            above.Parent.Detach(above);
    }

    /// <summary>Links a child that nobody else has yet; a shorter way than <see cref="Adopt"/> for what happens most often.</summary>
    internal void AdoptNew(StopSource child, bool abortOnly)
    {
        var state = MakeState();
        var link = new StopLink(this, child, abortOnly);
        child._parents = link; // without the child's gate, which nobody else can know
        _gate.Enter();
        var isRunning = _stopReason is null && !_isDisposed;
        if (isRunning)
            List(state, link);
        _gate.Exit();
        if (isRunning)
            return;
        child._parents = null;
        Adopt(child, abortOnly);
    }

    /// <summary>Links a child below this source (if this one was disposed: below its parents), and hands down what was requested.</summary>
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

    /// <summary>Tells whether a stop of <paramref name="ancestor"/> reaches this source; to link it above that one would make a circle.</summary>
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

    /// <returns>What was requested of this source, to be handed down; and if it was disposed, the links to its parents.</returns>
    private (StopReason? Stop, StopReason? Abort, StopLink? Instead) TryAttach(StopSource child, bool abortOnly)
    {
        var state = MakeState();
        var link = new StopLink(this, child, abortOnly);
        // The child knows its parent first, so that a child that is disposed meanwhile can take the link back.
        if (!child.Remember(link))
            return default;
        _gate.Enter();
        var stop = _stopReason;
        var abort = _abortReason;
        var isDisposed = _isDisposed; // read once: the Dispose of a bare scope does not wait for this gate
        var instead = isDisposed ? _parents : null;
        var attached = abort is null && !isDisposed && link.State == StopLink.LinkState.Loose;
        if (attached)
            List(state, link);

        _gate.Exit();
        if (!attached)
            child.Forget(link);
        return (stop, abort, instead);
    }

    private static void List(StopSourceState state, StopLink link)
    {
        link.State = StopLink.LinkState.Attached;
        link.Next = state.NewestChild;
        if (link.Next is not null)
            link.Next.Previous = link;
        state.NewestChild = link;
        Volatile.Write(ref state.ChildCount, state.ChildCount + 1);
    }

    /// <summary>Links the children of this source, which was disposed, to its parents.</summary>
    private void MoveChildren()
    {
        List<StopLink> children = [];
        StopLink? parents;
        _gate.Enter();
        try
        {
            for (var link = _lazyState!.NewestChild; link is not null; link = link.Next)
                children.Add(link);
            parents = _parents;
        }
        finally
        {
            _gate.Exit();
        }

        // First the new links, then the old ones go: at every moment a stop from above finds a way down. That is also why a parent
        // that is disposed meanwhile still links us to what is above it.
        foreach (var link in children)
        {
            for (var above = parents; above is not null; above = above.NextParent)
                above.Parent.Adopt(link.Child, link.AbortOnly || above.AbortOnly);
            link.Child.Forget(link);
        }
    }

    /// <summary>Disposes a child by taking out its only link, under this gate alone, if nothing hangs on it.</summary>
    /// <returns>
    /// False if something does, if somebody is at the child's own gate, or if this source is disposed too, so that its own end may be linking the
    /// child elsewhere just now.
    /// </returns>
    private bool DetachBare(StopLink link)
    {
        // First the mark, then the gate, which is a full fence, then the looks. Who claims a stage has the child's gate and looks at the
        // mark, and who attaches something makes the state before that: one of the two sees the other.
        link.Child._isDisposed = true;
        _gate.Enter();
        // The end of the child's list before its head: who moves the child adds its new links in front before it takes the old ones out.
        var isBare = link.Child._gate.IsFree
            && !_isDisposed
            && link.Child._lazyState is null
            && Volatile.Read(ref link.NextParent) is null
            && Volatile.Read(ref link.Child._parents) == link;
        if (isBare)
            TakeOut(link);
        _gate.Exit();
        return isBare;
    }

    private void Detach(StopLink link)
    {
        _gate.Enter();
        TakeOut(link);
        _gate.Exit();
    }

    /// <summary>Takes a link out of the list of children; called under the gate.</summary>
    private void TakeOut(StopLink link)
    {
        Debug.Assert(link.Parent == this, "A link is guarded by its parent's gate.");
        // Once the abort was passed on the links are not ours any more.
        if ((_marks & Marks.AbortPassedOn) == 0 && link.State == StopLink.LinkState.Attached)
        {
            var state = _lazyState!;
            if (link.Previous is null)
                state.NewestChild = link.Next;
            else
                link.Previous.Next = link.Next;
            if (link.Next is not null)
                link.Next.Previous = link.Previous;
            link.Next = link.Previous = null;
            Volatile.Write(ref state.ChildCount, state.ChildCount - 1);
        }

        link.State = StopLink.LinkState.Dead;
    }

    /// <summary>Notes a link to a parent; false if there is nothing to link: this source was disposed, or hangs on that parent already.</summary>
    private bool Remember(StopLink link)
    {
        _gate.Enter();
        var isNew = (_marks & Marks.Unlinked) == 0;
        // When middle scopes go, several of them may have had one parent. Who made the first link sees to it that it holds.
        for (var other = _parents; other is not null && isNew; other = other.NextParent)
            isNew = other.Parent != link.Parent || (other.AbortOnly && !link.AbortOnly);
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
        // A link that is taken out still leads on to the next, for those who read the list without the gate.
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

    /// <summary>Passes on what was requested, and counted, above: to a newly linked child, or to a stage of a group.</summary>
    internal void HandDown(StopReason stop, StopReason? abort) => MarkAll(stop, abort).Complete();

    /// <summary>Does the same, but leaves the callbacks to another thread, for a caller that must not be held up by them.</summary>
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

    /// <summary>Lets go of what a disposed source cannot use any more; callbacks of a stage that was claimed belong to the request. Called under the gate.</summary>
    /// <returns>What is to be disposed outside of the gate.</returns>
    private (StopTimer? Stop, StopTimer? Abort) Drop(StopSourceState state)
    {
        var isAbortPassedOn = (_marks & Marks.AbortPassedOn) != 0;
        if (!isAbortPassedOn)
        {
            for (var link = state.NewestChild; link is not null; link = link.Next)
                link.State = StopLink.LinkState.Dead;
            state.NewestChild = null;
            Volatile.Write(ref state.ChildCount, 0);
        }

        Clear(state, StopStage.Stopping);
        Clear(state, StopStage.Aborting);
        var deadlines = (state.StopDeadline, state.AbortDeadline);
        state.StopDeadline = state.AbortDeadline = null;
        return deadlines;
    }

    private void Clear(StopSourceState state, StopStage stage)
    {
        if (ReasonOf(stage) is not null)
            return;
        while (NewestOf(state, stage) is { } callback)
        {
            Unlist(state, callback);
            Free(state, callback);
        }
    }
}
