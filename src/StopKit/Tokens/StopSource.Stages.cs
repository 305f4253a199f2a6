namespace StopKit;

/// <content>The steps of a request at one source, called by <see cref="StopPropagation"/>.</content>
public sealed partial class StopSource
{
    /// <summary>Claims the stop of a source without children and releases its waits.</summary>
    /// <remarks>A shorter way than <see cref="Enter"/>, for what happens most often.</remarks>
    private bool ClaimChildless(StopReason reason, ref StopPropagation propagation)
    {
        Context.OnRequested(this, ref propagation);
        Waiter? waiters = null;
        var hasMore = false;
        _gate.Enter();
        var attached = _attached;
        var state = attached as StopSourceState;
        var claimed = state?.Children.Newest is null && !IsStopRequested && !_isDisposed;
        if (claimed)
        {
            _signal = reason;
            _marks |= Marks.StopPassedOn;
            waiters = state?.Waiters.TakeAll();
            hasMore = HasWork(attached, StopStage.Stopping);
        }

        _gate.Exit();
        WaitQueue.ReleaseAll(waiters);
        if (hasMore)
            propagation.Claim(this, StopStage.Stopping);
        return claimed;
    }

    /// <summary>
    /// Claims a stage for <paramref name="reason"/>, unless the source has a reason of its own, and hands the children
    /// to the propagation.
    /// </summary>
    /// <returns>
    /// True if the stage was claimed, so that its waits, tokens and callbacks are the propagation's to complete.
    /// </returns>
    internal bool Enter(StopStage stage, StopReason reason, StopReason stopReason, ref StopPropagation propagation, bool isRequest)
    {
        // An abort may find a source running: a shield, which does not see the stop above it, or one that a concurrent stop has
        // not come down to yet. It passes through Stopping first.
        if (stage == StopStage.Aborting && !isRequest && !IsStopRequested)
            propagation.Mark(this, StopStage.Stopping, stopReason, isRequest: false);
        if (stage == StopStage.Stopping)
            Context.OnRequested(this, ref propagation);

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
                    _signal = reason;
                claimed = true;
            }

            // Most scopes have nothing but children; the propagation need not come back to them.
            var attached = _attached;
            hasWork = claimed && HasWork(attached, stage);
            var child = (attached as StopSourceState)?.Children.Newest;
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

    /// <summary>
    /// Notes that this source and all below it report the stage; after an abort there is nothing left to tell the
    /// children.
    /// </summary>
    internal void Leave(StopStage stage)
    {
        StopLink? released = null;
        _gate.Enter();
        if (stage == StopStage.Aborting && (_marks & Marks.AbortPassedOn) == 0 && State is { } state)
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
        if (State is not { } state)
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
        // Volatile, because a thread that makes one later than this does so under the gate and sees the reason.
        var cancellation = _attached switch
        {
            StopSourceState state => state.CancellationOf(stage),
            CancellationTokenSource bare when stage == StopStage.Stopping => bare,
            _ => null,
        };
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
        var attached = _attached;
        if (attached is CancellationTokenSource bare && stage == StopStage.Stopping)
            return bare.Token;
        if (attached is null && ReasonOf(stage) is not null)
            return new CancellationToken(canceled: true);
        if (attached is StopSourceState state && state.CancellationOf(stage) is { } found)
            return found.Token;
        if (stage == StopStage.Aborting)
            MakeState(); // not under the gate: an allocation may fail
        var cancellation = new CancellationTokenSource();
        _gate.Enter();
        var isRequested = ReasonOf(stage) is not null;
        // Only while running: Cancel then is certain to find it.
        var made = isRequested || _isDisposed ? null : KeepOrGet(stage, cancellation);
        _gate.Exit();
        return made?.Token ?? new CancellationToken(canceled: isRequested);
    }

    /// <summary>
    /// Keeps a new source of a stage's token, unless there is one already; returns the one that is kept. Called under
    /// the gate.
    /// </summary>
    private CancellationTokenSource KeepOrGet(StopStage stage, CancellationTokenSource cancellation)
    {
        if (_attached is not StopSourceState state)
        {
            if (_attached is CancellationTokenSource first)
                return first; // another thread made it meanwhile
            _attached = cancellation;
            return cancellation;
        }

        ref var place = ref stage == StopStage.Aborting ? ref state.Aborting : ref state.Stopping;
        if (place is null)
            Volatile.Write(ref place, cancellation);
        return place!;
    }

    private static Marks PassedOn(StopStage stage) => stage == StopStage.Aborting ? Marks.AbortPassedOn : Marks.StopPassedOn;

    private void HandToChildren(StopLink? child, StopStage stage, StopReason reason, StopReason stopReason, ref StopPropagation propagation)
    {
        // Also below a source that another request claimed: that one may not have come this far yet.
        for (var handedDown = ReasonOf(stage) ?? reason; child is not null; child = child.Next)
        {
            if (stage == StopStage.Aborting || !child.AbortOnly)
                propagation.PushEnter(child.Child, handedDown, child.AbortOnly ? handedDown : Reason ?? stopReason);
        }
    }
}
