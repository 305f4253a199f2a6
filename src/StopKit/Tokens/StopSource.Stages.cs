namespace StopKit;

/// <content>The steps of a request at one source, called by <see cref="StopWave"/>.</content>
public sealed partial class StopSource
{
    /// <summary>Claims the stop of a source without children and releases who waits there: a shorter way than <see cref="Enter"/> for what happens most often.</summary>
    private bool ClaimChildless(StopReason reason, ref StopWave wave)
    {
        (_context as StopObservation)?.StampRequested(this, ref wave);
        Waiter? waiters = null;
        var hasMore = false;
        _gate.Enter();
        var attachments = _attachments;
        var claimed = attachments?.NewestChild is null && _stopReason is null && !_isDisposed;
        if (claimed)
        {
            _stopReason = reason;
            _marks |= Marks.StopPassedOn;
            waiters = attachments?.Waiters.TakeAll();
            hasMore = attachments is not null && attachments.HasWork(StopStage.Stopping);
        }

        _gate.Exit();
        WaitQueue.ReleaseAll(waiters);
        if (hasMore)
            wave.Claim(this, StopStage.Stopping);
        return claimed;
    }

    /// <summary>
    /// Claims a stage for <paramref name="reason"/>, unless the source has a reason of its own, and hands the children to the wave.
    /// </summary>
    /// <returns>True if the stage was claimed, so that its waits, tokens and callbacks are the wave's to complete.</returns>
    internal bool Enter(StopStage stage, StopReason reason, StopReason stopReason, ref StopWave wave, bool isRequest)
    {
        // An abort may find a source running: a shield, which does not see the stop above it, or one that a concurrent stop has
        // not come down to yet. It passes through Stopping first.
        if (stage == StopStage.Aborting && !isRequest && _stopReason is null)
            wave.Mark(this, StopStage.Stopping, stopReason, isRequest: false);
        if (stage == StopStage.Stopping)
            (_context as StopObservation)?.StampRequested(this, ref wave);

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

            // Most scopes have nothing but children; the wave need not come back to them.
            hasWork = claimed && _attachments is { } attachments && attachments.HasWork(stage);
            var child = _attachments?.NewestChild;
            if (child is null)
            {
                _marks |= passedOn;
            }
            else
            {
                wave.PushLeave(this, hasWork);
                HandToWave(child, stage, reason, stopReason, ref wave);
                return claimed;
            }
        }
        finally
        {
            _gate.Exit();
        }

        if (hasWork)
            wave.Claim(this, stage);
        return claimed;
    }

    /// <summary>Notes that this source and all below it report the stage; after an abort there is nothing left to tell the children.</summary>
    internal void Leave(StopStage stage)
    {
        StopLink? released = null;
        _gate.Enter();
        if (stage == StopStage.Aborting && (_marks & Marks.AbortPassedOn) == 0 && _attachments is { } attachments)
        {
            released = attachments.NewestChild;
            attachments.NewestChild = null;
            Volatile.Write(ref attachments.ChildCount, 0);
        }

        _marks |= PassedOn(stage);
        _gate.Exit();
        // Outside of the gate, for there may be many: once the abort was passed on nobody else touches these.
        while (released is not null)
        {
            var next = released.Next;
            released.Next = released.Previous = null;
            released = next;
        }
    }

    /// <summary>Releases who waits for a stage that was claimed: nobody queues for it any more.</summary>
    internal void ReleaseWaits(StopStage stage)
    {
        if (_attachments is not { } attachments)
            return;
        // Without the gate where it only looks: what came before the claim is visible, and nothing comes after it.
        var deadline = stage == StopStage.Aborting ? attachments.AbortDeadline : attachments.StopDeadline;
        if (stage == StopStage.Stopping)
        {
            if (!attachments.Waiters.IsEmpty)
            {
                _gate.Enter();
                var waiters = attachments.Waiters.TakeAll();
                _gate.Exit();
                WaitQueue.ReleaseAll(waiters);
            }

            attachments.StopHandle?.Set(); // one that is made later is set by its maker
        }

        deadline?.Dispose();
    }

    /// <summary>Cancels the stage's <see cref="CancellationToken"/>, if anybody ever asked for it.</summary>
    internal void Cancel(StopStage stage)
    {
        if (_attachments is not { } attachments)
            return;
        // Volatile, because whoever makes one later than this does so under the gate and sees the reason.
        var cancellation = stage == StopStage.Aborting
            ? Volatile.Read(ref attachments.Aborting)
            : Volatile.Read(ref attachments.Stopping);
        try
        {
            cancellation?.Cancel();
        }
        catch (AggregateException exceptions)
        {
            foreach (var exception in exceptions.InnerExceptions)
                Keep(exception);
        }
    }

    /// <summary>Gets the token that is cancelled at the stage; made on first use.</summary>
    internal CancellationToken CancellationTokenOf(StopStage stage)
    {
        // Through the abort's token a stop cannot be seen.
        if (stage == StopStage.Stopping)
            (_context as StopObservation)?.TakeCancellationToken();
        return OwnCancellationTokenOf(stage);
    }

    /// <summary>The same for the library's own waits, which say themselves when they have seen the stop.</summary>
    internal CancellationToken OwnCancellationTokenOf(StopStage stage)
    {
        var attachments = _attachments;
        if (attachments is null && ReasonOf(stage) is not null)
            return new CancellationToken(canceled: true);

        attachments ??= Attachments();
        ref var place = ref stage == StopStage.Aborting ? ref attachments.Aborting : ref attachments.Stopping;
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

    private void HandToWave(StopLink? child, StopStage stage, StopReason reason, StopReason stopReason, ref StopWave wave)
    {
        // Also below a source that somebody else claimed: he may not have come this far yet.
        for (var handedDown = ReasonOf(stage) ?? reason; child is not null; child = child.Next)
        {
            if (stage == StopStage.Aborting || !child.AbortOnly)
                wave.PushEnter(child.Child, handedDown, child.AbortOnly ? handedDown : _stopReason ?? stopReason);
        }
    }
}
