namespace StopKit;

/// <content>The steps of a request at one source, called by <see cref="StopPropagation"/>.</content>
public sealed partial class StopSource
{
    /// <summary>Claims the stop of a source without children and releases its waits.</summary>
    /// <remarks>A shorter way than <see cref="Enter"/>, for what happens most often.</remarks>
    private bool ClaimChildless(StopReason reason, ref StopPropagation propagation)
    {
        _context.OnRequested(this, ref propagation);
        Waiter? waiters = null;
        var hasMore = false;
        _gate.Enter();
        var state = _lazyState;
        var claimed = state?.Children.Newest is null && _stopReason is null && !_isDisposed;
        if (claimed)
        {
            _stopReason = reason;
            _marks |= Marks.StopPassedOn;
            waiters = state?.Waiters.TakeAll();
            hasMore = state is not null && state.HasWork(StopStage.Stopping);
        }

        _gate.Exit();
        WaitQueue.ReleaseAll(waiters);
        if (hasMore)
            propagation.Claim(this, StopStage.Stopping);
        return claimed;
    }

    /// <summary>
    /// Claims a stage for <paramref name="reason"/>, unless the source has a reason of its own, and hands the children to the propagation.
    /// </summary>
    /// <returns>True if the stage was claimed, so that its waits, tokens and callbacks are the propagation's to complete.</returns>
    internal bool Enter(StopStage stage, StopReason reason, StopReason stopReason, ref StopPropagation propagation, bool isRequest)
    {
        // An abort may find a source running: a shield, which does not see the stop above it, or one that a concurrent stop has
        // not come down to yet. It passes through Stopping first.
        if (stage == StopStage.Aborting && !isRequest && _stopReason is null)
            propagation.Mark(this, StopStage.Stopping, stopReason, isRequest: false);
        if (stage == StopStage.Stopping)
            _context.OnRequested(this, ref propagation);

        var passedOn = PassedOn(stage);
        var claimed = false;
        var hasWork = false;
        _gate.Enter();
        try
        {
            var isDisposed = _isDisposed; // read once: the Dispose of a bare scope does not wait for this gate
            // A disposed source keeps its state, but hands on what comes from above until its children hang on its parents.
            if ((_marks & passedOn) != 0 || (isDisposed && isRequest))
                return false;
            if (!isDisposed && ReasonOf(stage) is null)
            {
                if (stage == StopStage.Aborting)
                    _abortReason = reason;
                else
                    _stopReason = reason;
                claimed = true;
            }

            // Most scopes have nothing but children; the propagation need not come back to them.
            hasWork = claimed && _lazyState is { } state && state.HasWork(stage);
            var child = _lazyState?.Children.Newest;
            if (child is null)
            {
                _marks |= passedOn;
            }
            else
            {
                propagation.PushLeave(this, hasWork);
                HandToChildren(child, stage, reason, stopReason, ref propagation);
                return claimed;
            }
        }
        finally
        {
            _gate.Exit();
        }

        if (hasWork)
            propagation.Claim(this, stage);
        return claimed;
    }

    /// <summary>Notes that this source and all below it report the stage; after an abort there is nothing left to tell the children.</summary>
    internal void Leave(StopStage stage)
    {
        StopLink? released = null;
        _gate.Enter();
        if (stage == StopStage.Aborting && (_marks & Marks.AbortPassedOn) == 0 && _lazyState is { } state)
            released = state.Children.TakeAll();

        _marks |= PassedOn(stage);
        _gate.Exit();
        // Outside of the gate, for there may be many: once the abort was passed on no other thread touches these.
        while (released is not null)
        {
            var next = released.Next;
            released.Next = released.Previous = null;
            released = next;
        }
    }

    /// <summary>Releases the waits for a stage that was claimed: none is added any more.</summary>
    internal void ReleaseWaits(StopStage stage)
    {
        if (_lazyState is not { } state)
            return;
        // Without the gate where it only looks: what came before the claim is visible, and nothing comes after it.
        var deadline = stage == StopStage.Aborting ? state.AbortDeadline : state.StopDeadline;
        if (stage == StopStage.Stopping)
        {
            if (!state.Waiters.IsEmpty)
            {
                _gate.Enter();
                var waiters = state.Waiters.TakeAll();
                _gate.Exit();
                WaitQueue.ReleaseAll(waiters);
            }

            state.StopHandle?.Set(); // one that is made later is set by its maker
        }

        deadline?.Dispose();
    }

    /// <summary>Cancels the stage's <see cref="CancellationToken"/>, if it was ever asked for.</summary>
    internal void Cancel(StopStage stage)
    {
        if (_lazyState is not { } state)
            return;
        // Volatile, because a thread that makes one later than this does so under the gate and sees the reason.
        var cancellation = stage == StopStage.Aborting
            ? Volatile.Read(ref state.Aborting)
            : Volatile.Read(ref state.Stopping);
        try
        {
            cancellation?.Cancel();
        }
        catch (AggregateException exceptions)
        {
            foreach (var exception in exceptions.InnerExceptions)
                KeepOfCallback(exception);
        }
    }

    /// <summary>Gets the token that is canceled at the stage; made on first use.</summary>
    internal CancellationToken CancellationTokenOf(StopStage stage)
    {
        var state = _lazyState;
        if (state is null && ReasonOf(stage) is not null)
            return new CancellationToken(canceled: true);

        state ??= MakeState();
        ref var place = ref stage == StopStage.Aborting ? ref state.Aborting : ref state.Stopping;
        if (Volatile.Read(ref place) is { } made)
            return made.Token;

        var cancellation = new CancellationTokenSource();
        _gate.Enter();
        var isRequested = ReasonOf(stage) is not null;
        // Only while running: Cancel then is certain to find it.
        if (place is null && !isRequested && !_isDisposed)
            Volatile.Write(ref place, cancellation);
        cancellation = place;
        _gate.Exit();
        return cancellation?.Token ?? new CancellationToken(canceled: isRequested);
    }

    private static Marks PassedOn(StopStage stage) => stage == StopStage.Aborting ? Marks.AbortPassedOn : Marks.StopPassedOn;

    private void HandToChildren(StopLink? child, StopStage stage, StopReason reason, StopReason stopReason, ref StopPropagation propagation)
    {
        // Also below a source that another request claimed: that one may not have come this far yet.
        for (var handedDown = ReasonOf(stage) ?? reason; child is not null; child = child.Next)
        {
            if (stage == StopStage.Aborting || !child.AbortOnly)
                propagation.PushEnter(child.Child, handedDown, child.AbortOnly ? handedDown : _stopReason ?? stopReason);
        }
    }
}
