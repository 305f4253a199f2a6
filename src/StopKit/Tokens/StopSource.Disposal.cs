using System.Diagnostics;

namespace StopKit;

/// <content>The end of a source.</content>
public sealed partial class StopSource
{
    /// <summary>
    /// Releases what the source holds, and unlinks it; its children are linked to its parents from then on.
    /// </summary>
    /// <remarks>
    /// It does not stop anything. Callbacks that were not called by then never are. A second call does nothing. May be
    /// called while a stop is under way: that request completes what it has claimed.
    /// </remarks>
    public void Dispose()
    {
        // Most sources are scopes below another one, and nothing hangs on them any more.
        if (_parents is not { } link || _attached is StopSourceState || !link.Parent.DetachBare(link))
            TakeApart();
    }

    private void TakeApart()
    {
        _gate.Enter();
        if ((_marks & Marks.TakenApart) != 0)
        {
            _gate.Exit();
            return;
        }

        _isDisposed = true;
        _marks |= Marks.TakenApart;
        if (State?.Children.Newest is not null)
        {
            _gate.Exit();
            MoveChildren();
            _gate.Enter();
        }

        _marks |= Marks.Unlinked; // no child comes any more
        var state = State;
        var deadlines = state is null ? default : Drop(state);
        _gate.Exit();

        deadlines.Stop?.Dispose();
        deadlines.Abort?.Dispose();
        // Unregister does not wait: the foreign token may be cancelled right now, by a callback that disposes this source.
        state?.ForeignRegistration.Unregister();
        // Read without the gate: once unlinked the list stays as it is.
        for (var above = _parents; above is not null; above = above.NextParent)
            above.Parent.Detach(above);
    }

    /// <summary>Links the children of this source, which was disposed, to its parents.</summary>
    private void MoveChildren()
    {
        List<StopLink> children = [];
        List<StopLink> parents = [];
        _gate.Enter();
        try
        {
            for (var link = State!.Children.Newest; link is not null; link = link.Next)
                children.Add(link);
            for (var above = _parents; above is not null; above = above.NextParent)
                parents.Add(above);
            // The oldest link first, so that the child has its parents in the same order: of two stopped ones the first wins.
            parents.Reverse();
        }
        finally
        {
            _gate.Exit();
        }

        // First the new links, then the old ones go: at every moment a stop from above finds a way down. That is also why a parent
        // that is disposed meanwhile still links us to what is above it.
        foreach (var link in children)
        {
            foreach (var above in parents)
                above.Parent.Adopt(link.Child, link.AbortOnly || above.AbortOnly);
            link.Child.Forget(link);
        }
    }

    /// <summary>Disposes a child by taking out its only link, under this gate alone, if nothing hangs on it.</summary>
    /// <returns>
    /// False if something does, if a thread is at the child's own gate, or if this source is disposed too, so that its
    /// own end may be linking the child elsewhere just now.
    /// </returns>
    private bool DetachBare(StopLink link)
    {
        // First the mark, then the gate, which is a full fence, then the looks. A claim of a stage has the child's gate and looks at
        // the mark; so has a thread that attaches something. One of the two sees the other.
        link.Child._isDisposed = true;
        _gate.Enter();
        // The end of the child's list before its head: a thread that moves the child adds the new links in front before it
        // takes the old ones out.
        var isBare = link.Child._gate.IsFree
            && !_isDisposed
            && link.Child._attached is not StopSourceState
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
            State!.Children.Remove(link);
        link.State = StopLink.LinkState.Dead;
    }

    /// <summary>
    /// Lets go of what a disposed source cannot use any more; callbacks of a stage that was claimed belong to the
    /// request. Called under the gate.
    /// </summary>
    /// <returns>What is to be disposed outside of the gate.</returns>
    private (StopTimer? Stop, StopTimer? Abort) Drop(StopSourceState state)
    {
        if ((_marks & Marks.AbortPassedOn) == 0) // after that the links belong to the request
        {
            for (var link = state.Children.TakeAll(); link is not null; link = link.Next)
                link.State = StopLink.LinkState.Dead;
        }

        if (!IsStopRequested)
            state.Callbacks.Clear(StopStage.Stopping);
        if (_abortReason is null)
            state.Callbacks.Clear(StopStage.Aborting);
        var deadlines = (state.StopDeadline, state.AbortDeadline);
        state.StopDeadline = state.AbortDeadline = null;
        return deadlines;
    }
}
