namespace StopKit;

/// <summary>What hangs on a source that is used for more than polling; made on first need. The source's gate guards every field.</summary>
internal sealed class StopSourceState
{
    internal WaitQueue Waiters;

    internal StopCallback? NewestOnStop;
    internal StopCallback? NewestOnAbort;
    internal StopCallback? Spare;
    internal int SpareCount;

    internal StopLink? NewestChild;
    internal int ChildCount;

    internal CancellationTokenSource? Stopping;
    internal CancellationTokenSource? Aborting;
    internal ManualResetEvent? StopHandle;

    internal StopTimer? StopDeadline;
    internal StopTimer? AbortDeadline;
    internal CancellationTokenRegistration ForeignRegistration;

    /// <summary>What callbacks and the clock have thrown; without the gate, because any thread may add to it.</summary>
    internal volatile KeptException? NewestException;

    /// <summary>Tells whether there is anything besides children to be told of a stage.</summary>
    internal bool HasWork(StopStage stage) => stage == StopStage.Aborting
        ? (NewestOnAbort ?? Aborting ?? (object?)AbortDeadline) is not null
        : !Waiters.IsEmpty || (NewestOnStop ?? Stopping ?? StopHandle ?? (object?)StopDeadline) is not null;
}
