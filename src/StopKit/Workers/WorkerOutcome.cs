namespace StopKit;

/// <summary>Says how a worker ended, or that it has not.</summary>
public enum WorkerOutcome
{
    /// <summary>It returned without having observed a stop: its work is done.</summary>
    Completed = 0,

    /// <summary>It observed a stop and ended, by returning or by an <see cref="OperationCanceledException"/>.</summary>
    Stopped = 1,

    /// <summary>It left by an <see cref="ExitException"/>.</summary>
    Exited = 2,

    /// <summary>It, or its cleanup, threw; also an <see cref="OperationCanceledException"/> while no stop of its own was requested.</summary>
    Faulted = 3,

    /// <summary>It ended after the abort.</summary>
    Aborted = 4,

    /// <summary>It has not ended: whoever waited for it has stopped waiting.</summary>
    Abandoned = 5,

    /// <summary>It was stopped before it started; its body never ran.</summary>
    NotRun = 6,
}
