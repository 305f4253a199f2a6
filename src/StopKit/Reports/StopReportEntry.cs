using System.Diagnostics;

namespace StopKit;

/// <summary>Tells how one worker, thread, task or process ended, or that it is late.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{Path,nq}: {Outcome}")]
public sealed class StopReportEntry
{
    internal StopReportEntry(string path, WorkerOutcome outcome)
    {
        Path = path;
        Outcome = outcome;
    }

    /// <summary>Makes an entry for a worker.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="result">How it ended, or how things stand.</param>
    /// <param name="isGivenUp">True if the caller gives up waiting: a worker that runs is late then.</param>
    internal StopReportEntry(string path, WorkerResult result, bool isGivenUp = false)
        : this(path, isGivenUp && result.Outcome == WorkerOutcome.Running ? WorkerOutcome.Abandoned : result.Outcome)
    {
        Reason = result.Reason;
        StopLatency = result.StopLatency;
        StopDuration = result.StopDuration;
        LastCheckpoint = result.LastCheckpoint;
        Exception = result.Exception;
        ExitCode = result.ExitCode;
    }

    /// <summary>Gets the names from the root to this leaf: <c>app/mail/sender-3</c>.</summary>
    public string Path { get; }

    /// <summary>
    /// Gets how it ended; if it has not, <see cref="WorkerOutcome.Running"/>, or <see cref="WorkerOutcome.Abandoned"/>
    /// once a stop or a join has
    /// given up waiting for it.
    /// </summary>
    public WorkerOutcome Outcome { get; }

    /// <summary>Gets why its stop was requested; null if it was not, or not observed, or cannot be known.</summary>
    public StopReason? Reason { get; }

    /// <summary>Gets the time from the request to the first observation; null if there was none.</summary>
    public TimeSpan? StopLatency { get; }

    /// <summary>
    /// Gets the time from the request to the end, or until the report if it is late; null if no stop was requested.
    /// </summary>
    public TimeSpan? StopDuration { get; }

    /// <summary>Gets where it was last seen; null if it passed no checkpoint.</summary>
    public Checkpoint? LastCheckpoint { get; }

    /// <summary>
    /// Gets what a worker said of itself by <see cref="Worker.ReportDetail"/>, such as the requests that it still
    /// serves; null if nothing.
    /// </summary>
    public string? Detail { get; internal init; }

    /// <summary>Gets what it threw; null if nothing.</summary>
    public Exception? Exception { get; internal init; }

    /// <summary>
    /// Gets the exit code of a process, or of a worker that left by an <see cref="ExitException"/>; null otherwise.
    /// </summary>
    public int? ExitCode { get; internal init; }

    /// <summary>
    /// Gets how often its group has restarted it, alone or with a group around it; 0 for what is no member.
    /// </summary>
    public int Restarts { get; internal init; }

    /// <summary>
    /// Gets a value indicating whether it has ended and its group is about to start it anew, alone or with a group
    /// around it.
    /// </summary>
    /// <remarks>
    /// True from the end of the worker until its restart, or until its group has decided against one: for a moment it is
    /// true of each member of a running group that has just ended.
    /// </remarks>
    public bool IsRestarting { get; internal init; }

    /// <summary>Gets a value indicating whether it was given up.</summary>
    internal bool IsLate => Outcome == WorkerOutcome.Abandoned;

    /// <summary>Gets a value indicating whether it has ended, or never began.</summary>
    internal bool HasEnded => Outcome is not (WorkerOutcome.Abandoned or WorkerOutcome.Running);

    /// <summary>Gets when its stop was requested, counted from the first request of the report.</summary>
    internal TimeSpan Offset { get; init; }
}
