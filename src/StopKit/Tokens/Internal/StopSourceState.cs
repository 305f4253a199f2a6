namespace StopKit;

/// <summary>What hangs on a source that is used for more than polling; made on first need.</summary>
/// <remarks>The source's gate guards every field, except where a member says otherwise.</remarks>
internal sealed class StopSourceState
{
    internal WaitQueue Waiters;
    internal CallbackList Callbacks;
    internal ChildList Children;

    internal CancellationTokenSource? Stopping;
    internal CancellationTokenSource? Aborting;
    internal ManualResetEvent? StopHandle;

    internal StopTimer? StopDeadline;
    internal StopTimer? AbortDeadline;
    internal CancellationTokenRegistration ForeignRegistration;

    /// <summary>What callbacks and the clock have thrown; without the gate, because any thread may add to it.</summary>
    internal volatile KeptException? NewestException;

    /// <summary>Gets what cancels a stage's token, if there is one; for any thread.</summary>
    internal CancellationTokenSource? CancellationOf(StopStage stage) =>
        Volatile.Read(ref stage == StopStage.Aborting ? ref Aborting : ref Stopping);

    /// <summary>Tells whether there is anything besides children to be told of a stage.</summary>
    internal bool HasWork(StopStage stage) => Callbacks.Has(stage) || (stage == StopStage.Aborting
        ? (Aborting ?? (object?)AbortDeadline) is not null
        : !Waiters.IsEmpty || (Stopping ?? StopHandle ?? (object?)StopDeadline) is not null);
}
