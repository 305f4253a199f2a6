namespace StopKit;

/// <content>Requests, up to the point where code from outside runs.</content>
public sealed partial class StopSource
{
    /// <summary>Requests a stop, but completes it on a thread of its own: for a caller whose wait has a limit that no callback may break.</summary>
    /// <returns>A task that ends when every callback has run.</returns>
    internal Task RequestStopApart(StopReason reason, TimeSpan grace)
    {
        var wave = default(StopWave);
        BeginStop(reason, grace, ref wave);
        return wave.CompleteApart();
    }

    /// <summary>Requests an abort in the same way.</summary>
    /// <returns>A task that ends when every callback has run.</returns>
    internal Task RequestAbortApart(StopReason reason)
    {
        var wave = default(StopWave);
        BeginAbort(reason, ref wave);
        return wave.CompleteApart();
    }

    /// <summary>Gets a value indicating whether a request runs code from outside here: a callback, or what may be tied to a token.</summary>
    internal bool RunsCode => _attachments is { } attachments
        && (attachments.NewestOnStop ?? attachments.NewestOnAbort ?? (object?)attachments.Stopping ?? attachments.Aborting) is not null;

    /// <summary>Marks the stop, releases who waits for it, and starts the grace; the caller completes the wave.</summary>
    private bool BeginStop(StopReason? reason, TimeSpan? grace, ref StopWave wave)
    {
        var abortReason = grace == TimeSpan.Zero ? StopReason.Deadline(TimeSpan.Zero, "grace").Stamp(_context.Time) : null;
        var stopReason = reason?.Stamp(_context.Time) ?? StopReason.RequestedNow(_context.Time);
        // Noted before anybody is told, because whoever hears of the stop may ask how much time there is; its timer starts only after.
        var abortDeadline = NoteGrace(grace);
        var first = (abortReason is null && ClaimChildless(stopReason, ref wave)) || wave.Mark(this, StopStage.Stopping, stopReason);
        var firstAbort = abortReason is not null && wave.Mark(this, StopStage.Aborting, abortReason);
        wave.ReleaseWaits();
        // Before the callbacks, because one that blocks must not hold up the abort.
        abortDeadline?.Start();
        if (first)
        {
            Metrics.StopRequested(stopReason);
            Log.StopRequested(_context.Logger, stopReason);
        }

        if (firstAbort)
            Log.AbortRequested(_context.Logger, abortReason!);
        return first;
    }

    /// <summary>Marks the abort, and the stop if nobody did, and releases who waits for it; the caller completes the wave.</summary>
    private bool BeginAbort(StopReason? reason, ref StopWave wave)
    {
        var abortReason = (reason ?? StopReason.Requested("abort requested")).Stamp(_context.Time);
        var firstStop = !IsStopRequested && wave.Mark(this, StopStage.Stopping, abortReason);
        var first = wave.Mark(this, StopStage.Aborting, abortReason);
        wave.ReleaseWaits();
        if (firstStop)
        {
            Metrics.StopRequested(abortReason);
            Log.StopRequested(_context.Logger, abortReason);
        }

        if (first)
            Log.AbortRequested(_context.Logger, abortReason);
        return first;
    }
}
