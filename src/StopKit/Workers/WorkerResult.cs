using System.Diagnostics;
using System.Globalization;

namespace StopKit;

/// <summary>
/// Tells how a worker ended and how fast it followed the stop; for <see cref="WorkerOutcome.Abandoned"/>, how things
/// stood.
/// </summary>
/// <remarks>Immutable and thread-safe. Times are by the worker's <see cref="WorkerOptions.TimeProvider"/>.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class WorkerResult
{
    internal WorkerResult(string name, WorkerOutcome outcome)
    {
        Name = name;
        Outcome = outcome;
    }

    /// <summary>Gets the worker's name.</summary>
    public string Name { get; }

    /// <summary>Gets how it ended.</summary>
    public WorkerOutcome Outcome { get; }

    /// <summary>Gets why its stop was requested; null if it was not, or if it completed without observing it.</summary>
    public StopReason? Reason { get; internal init; }

    /// <summary>
    /// Gets what it threw, for <see cref="WorkerOutcome.Faulted"/> and <see cref="WorkerOutcome.Exited"/>; an
    /// <see cref="AggregateException"/> of both if its body and its cleanup threw.
    /// </summary>
    public Exception? Exception { get; internal init; }

    /// <summary>
    /// Gets the exit code that it asked for by an <see cref="ExitException"/>, or with which the process of a
    /// <see cref="ProcessWorker"/> ended, whatever the outcome; null otherwise.
    /// </summary>
    public int? ExitCode { get; internal init; }

    /// <summary>Gets the time from the request to the first observation; null if there was none.</summary>
    /// <remarks>
    /// An observation that stays hidden, through a <see cref="CancellationToken"/>, counts from the end of the body.
    /// </remarks>
    public TimeSpan? StopLatency { get; internal init; }

    /// <summary>
    /// Gets the time from the request to the end, or until now if it was abandoned; null if no stop was requested.
    /// </summary>
    public TimeSpan? StopDuration { get; internal init; }

    /// <summary>
    /// Gets the time from the start to the end, or until now if it was abandoned; zero if it did not run.
    /// </summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Gets the last place it passed by <see cref="StopToken.Checkpoint"/>; null if it passed none.</summary>
    public Checkpoint? LastCheckpoint { get; internal init; }

    /// <summary>Gets when the stop was requested, as a timestamp of the worker's clock.</summary>
    internal long? RequestedTimestamp { get; init; }

    /// <summary>Returns a line such as <c>sender-3: Stopped after 12 ms (SIGTERM received)</c>.</summary>
    /// <returns>One line, whatever the exception's message is.</returns>
    public override string ToString()
    {
        var after = StopDuration is { } duration ? $" after {DurationText.ShortDuration(duration)}" : "";
        var code = ExitCode is { } exitCode ? string.Create(CultureInfo.InvariantCulture, $" with code {exitCode}") : "";
        var exception = Exception is { } thrown and not ExitException ? $": {thrown.GetType().Name}: {thrown.Message}" : "";
        var reason = Reason is { } why ? $" ({why})" : "";
        var seen = LastCheckpoint is { } checkpoint && Outcome == WorkerOutcome.Abandoned ? $", last seen at {checkpoint}" : "";
        return SafeText.Line($"{Name}: {Outcome}{code}{after}{reason}{exception}{seen}");
    }
}
