namespace StopKit;

/// <content>The steps of a request at one source, called by <see cref="StopWave"/>.</content>
public sealed partial class StopSource
{
    /// <summary>Claims the stop of a source that nothing hangs on: there is nobody to tell.</summary>
    private bool ClaimBare(StopReason reason)
    {
        (_context as StopObservation)?.StampRequested(this);
        _gate.Enter();
        var claimed = _attachments is null && _stopReason is null && (_marks & Marks.Disposed) == 0;
        if (claimed)
        {
            _stopReason = reason;
            _marks |= Marks.StopPassedOn;
        }

        _gate.Exit();
        return claimed;
    }

    /// <summary>
    /// Claims a stage for <paramref name="reason"/>, unless the source has a reason of its own, releases who waits, and hands
    /// the children to the wave.
    /// </summary>
    /// <returns>True if the stage was claimed, so that its tokens and callbacks are the wave's to complete.</returns>
    internal bool Enter(StopStage stage, StopReason reason, StopReason stopReason, StopWave wave, bool isRoot)
    {
        // An abort may find a source running: a shield, which does not see the stop above it, or one that a concurrent stop has
        // not come down to yet. It passes through Stopping first.
        if (stage == StopStage.Aborting && !isRoot && _stopReason is null)
            wave.Mark(this, StopStage.Stopping, stopReason);
        if (stage == StopStage.Stopping)
            (_context as StopObservation)?.StampRequested(this);

        var passedOn = stage == StopStage.Aborting ? Marks.AbortPassedOn : Marks.StopPassedOn;
        var claimed = false;
        Waiter? waiters = null;
        StopAttachments? attachments;
        StopDeadline? deadline = null;
        _gate.Enter();
        try
        {
            attachments = _attachments;
            var isDisposed = (_marks & Marks.Disposed) != 0;
            // A disposed source keeps its state, but hands on what comes from above until its children hang on its parents.
            if ((_marks & passedOn) != 0 || (isDisposed && isRoot))
                return false;
            if (!isDisposed && ReasonOf(stage) is null)
            {
                if (stage == StopStage.Aborting)
                    _abortReason = reason;
                else
                    _stopReason = reason;
                claimed = true;
            }

            wave.PushLeave(this, claimed);
            for (var link = attachments?.NewestChild; link is not null; link = link.Next)
            {
                // Also below a source that somebody else claimed: he may not have come this far yet.
                if (stage == StopStage.Aborting || !link.AbortOnly)
                {
                    var handedDown = ReasonOf(stage) ?? reason;
                    wave.PushEnter(link.Child, handedDown, link.AbortOnly ? handedDown : _stopReason ?? stopReason);
                }
            }

            if (claimed && attachments is not null)
            {
                deadline = stage == StopStage.Aborting ? attachments.AbortDeadline : attachments.StopDeadline;
                if (stage == StopStage.Stopping)
                    waiters = attachments.Waiters.TakeAll();
            }
        }
        finally
        {
            _gate.Exit();
        }

        if (!claimed)
            return false;
        WaitQueue.ReleaseAll(waiters);
        if (stage == StopStage.Stopping)
            attachments?.StopHandle?.Set();
        deadline?.Dispose();
        return true;
    }

    /// <summary>Notes that this source and all below it report the stage; after an abort there is nothing left to tell the children.</summary>
    internal void Leave(StopStage stage)
    {
        StopLink? released = null;
        _gate.Enter();
        if (stage == StopStage.Stopping)
        {
            _marks |= Marks.StopPassedOn;
        }
        else if ((_marks & Marks.AbortPassedOn) == 0)
        {
            _marks |= Marks.AbortPassedOn;
            if (_attachments is { } attachments)
            {
                released = attachments.NewestChild;
                attachments.NewestChild = null;
                Volatile.Write(ref attachments.ChildCount, 0);
            }
        }

        _gate.Exit();
        // Outside of the gate, for there may be many: once the abort was passed on nobody else touches these.
        while (released is not null)
        {
            var next = released.Next;
            released.Next = released.Previous = null;
            released = next;
        }
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
        var isDisposed = (_marks & Marks.Disposed) != 0;
        // Only while running: Cancel then is certain to find it.
        if (place is null && !isRequested && !isDisposed)
            Volatile.Write(ref place, cancellation);
        cancellation = place;
        _gate.Exit();
        return cancellation?.Token ?? new CancellationToken(canceled: isRequested);
    }
}
