namespace StopKit;

/// <summary>Says how a worker ended, or that it has not.</summary>
public enum WorkerOutcome
{
    /// <summary>Not known, which no result and no report says.</summary>
    Unknown = 0,

    /// <summary>It returned without having observed a stop: its work is done.</summary>
    Completed = 1,

    /// <summary>It observed a stop and ended, by returning or by an <see cref="OperationCanceledException"/>.</summary>
    Stopped = 2,

    /// <summary>It left by an <see cref="ExitException"/>.</summary>
    Exited = 3,

    /// <summary>
    /// It, or its cleanup, threw; also an <see cref="OperationCanceledException"/> while no stop of its own was
    /// requested.
    /// </summary>
    Faulted = 4,

    /// <summary>It ended after the abort.</summary>
    Aborted = 5,

    /// <summary>It has not ended, and a stop or a join has given up waiting for it.</summary>
    Abandoned = 6,

    /// <summary>It was stopped before it started, or was not started yet; its body did not run.</summary>
    NotRun = 7,

    /// <summary>It runs, and no stop has given up waiting for it; said by a live report, never by a result.</summary>
    Running = 8,
}
