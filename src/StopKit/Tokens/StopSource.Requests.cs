namespace StopKit;

/// <content>Requests, up to the point where code from outside runs.</content>
public sealed partial class StopSource
{
    /// <summary>
    /// Requests a stop, but completes it on a thread of its own: for a caller whose wait has a limit that no callback
    /// may break.
    /// </summary>
    /// <param name="reason">Why the stop.</param>
    /// <param name="grace">How long after this call an abort follows; infinite for none.</param>
    /// <param name="abortReason">Why the abort; that this grace has expired if null.</param>
    /// <returns>A task that ends when every callback has run.</returns>
    internal Task RequestStopInBackground(StopReason reason, TimeSpan grace, StopReason? abortReason = null)
    {
        var propagation = default(StopPropagation);
        BeginStop(reason, grace, ref propagation, abortReason);
        return propagation.CompleteInBackground();
    }

    /// <summary>Requests an abort in the same way.</summary>
    /// <returns>A task that ends when every callback has run.</returns>
    internal Task RequestAbortInBackground(StopReason reason)
    {
        var propagation = default(StopPropagation);
        BeginAbort(reason, ref propagation);
        return propagation.CompleteInBackground();
    }

    /// <summary>
    /// Gets a value indicating whether a request runs code from outside here: a callback, or what may be tied to a
    /// token.
    /// </summary>
    internal bool RunsCode => _attached is { } attached
        && (attached is not StopSourceState state || state.Callbacks.HasAny || (state.Stopping ?? state.Aborting) is not null);

    /// <summary>
    /// Waits until another request has marked all below this source, which takes it some instructions for each
    /// descendant.
    /// </summary>
    /// <returns>
    /// False if that request is held up, by a clock that blocks in its timestamp: the caller then has to mark what is
    /// left.
    /// </returns>
    /// <remarks>
    /// Waiting comes first because it keeps the callbacks in order: what this request claims it has to complete,
    /// perhaps after the parent of what it claimed.
    /// </remarks>
    private bool AwaitPassedOn(Marks passedOn)
    {
        if ((_marks & passedOn) != 0) // volatile: what the other request has marked is seen behind it
            return true;
        var spinner = default(SpinWait);
        var start = Environment.TickCount64;
        while ((_marks & passedOn) == 0)
        {
            if (Environment.TickCount64 - start > 1000)
                return false;
            spinner.SpinOnce(sleep1Threshold: -1); // yields, so that a preempted request gets the core
        }

        return true;
    }

    /// <summary>
    /// Marks the stop, releases its waits, and starts the grace; the caller completes the propagation.
    /// </summary>
    private bool BeginStop(StopReason? reason, TimeSpan? grace, ref StopPropagation propagation, StopReason? reasonOfAbort = null)
    {
        var abortReason = grace == TimeSpan.Zero
            ? (reasonOfAbort ?? StopReason.Deadline(TimeSpan.Zero, "grace")).Stamp(Context.Time)
            : null;
        var stopReason = reason?.Stamp(Context.Time) ?? StopReason.RequestedNow(Context.Time);
        // Noted before the stop can be seen, because code that sees it may ask how much time there is. Its timer starts after.
        var abortDeadline = NoteGrace(grace, reasonOfAbort);
        var first = (abortReason is null && ClaimChildless(stopReason, ref propagation))
            || propagation.Mark(this, StopStage.Stopping, stopReason);
        var firstAbort = abortReason is not null && propagation.Mark(this, StopStage.Aborting, abortReason);
        propagation.ReleaseWaits();
        // Before the callbacks, because one that blocks must not hold up the abort.
        if (abortDeadline is not null)
        {
            abortDeadline.Start();
            TellAbortMoved();
        }

        if (first && !Context.IsUncounted)
        {
            TokenMetrics.StopRequested(stopReason);
            TokenLog.StopRequested(Context.Logger, stopReason);
        }

        if (firstAbort)
            TokenLog.AbortRequested(Context.Logger, abortReason!);
        return first;
    }

    /// <summary>
    /// Marks the abort, and the stop if that was not requested, and releases the waits; the caller completes the
    /// propagation.
    /// </summary>
    private bool BeginAbort(StopReason? reason, ref StopPropagation propagation)
    {
        var abortReason = (reason ?? StopReason.Requested("abort requested")).Stamp(Context.Time);
        var firstStop = !IsStopRequested && propagation.Mark(this, StopStage.Stopping, abortReason);
        var first = propagation.Mark(this, StopStage.Aborting, abortReason);
        propagation.ReleaseWaits();
        if (firstStop && !Context.IsUncounted)
        {
            TokenMetrics.StopRequested(abortReason);
            TokenLog.StopRequested(Context.Logger, abortReason);
        }

        if (first)
            TokenLog.AbortRequested(Context.Logger, abortReason);
        return first;
    }
}
