using System.Diagnostics;
using System.Globalization;

namespace StopKit;

/// <summary>Tells how a process ended that was stopped.</summary>
/// <remarks>
/// <para>
/// Immutable and thread-safe. <see cref="ExitCode"/> and <see cref="Signal"/> are what the system says wherever it can
/// be read: on Linux from the zombie, or, where that is gone already, from the kernel (6.15 and later). Otherwise they
/// come from <see cref="Process.ExitCode"/>, which is 128 + n both for signal n and for <c>exit(128 + n)</c>;
/// <see cref="Signal"/> is then inferred: n if StopKit has sent that signal, null if not.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ProcessStopResult
{
    private const int Named = 10;

    internal ProcessStopResult(ProcessStopOutcome outcome, int processId)
    {
        Outcome = outcome;
        ProcessId = processId;
    }

    /// <summary>Gets how the stop ended.</summary>
    public ProcessStopOutcome Outcome { get; }

    /// <summary>Gets the id of the process.</summary>
    public int ProcessId { get; }

    /// <summary>
    /// Gets its exit code, 0 to 255 on Unix and 128 + n if signal n ended it; null if it has not ended or cannot be
    /// known.
    /// </summary>
    /// <remarks>
    /// A process that this one did not start tells its code only to its parent; on Linux it can often be read
    /// nevertheless.
    /// </remarks>
    public int? ExitCode { get; internal init; }

    /// <summary>
    /// Gets the raw number of the signal that ended it, such as 15 for SIGTERM; null if it ended by itself or that is
    /// not known.
    /// </summary>
    public int? Signal { get; internal init; }

    /// <summary>Gets the time from the call to the last end that was awaited.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>
    /// Gets the ids of the descendants that were killed, and have ended; empty where descendants cannot be told (all
    /// systems but Linux).
    /// </summary>
    public IReadOnlyList<int> KilledDescendants { get; internal init; } = [];

    /// <summary>
    /// Gets the ids of the processes, of the process itself or descendants, that had not ended when
    /// <see cref="ProcessStopOptions.KillLimit"/> was over, because they hang in the kernel or belong to another user;
    /// normally empty.
    /// </summary>
    public IReadOnlyList<int> Survivors { get; internal init; } = [];

    /// <summary>
    /// Gets why descendants could not be looked for, such as too many open files; null, normally, if they could.
    /// </summary>
    /// <remarks>All that were known were stopped nevertheless.</remarks>
    public string? LookFailure { get; internal init; }

    /// <summary>
    /// Gets a value indicating whether nothing that was to be stopped is left: there are no <see cref="Survivors"/> and
    /// no <see cref="LookFailure"/>, and access was not denied.
    /// </summary>
    public bool IsConfirmed => Survivors.Count == 0 && LookFailure is null && Outcome != ProcessStopOutcome.AccessDenied;

    /// <summary>Gets the grace it was given; null if the caller cut it short.</summary>
    internal TimeSpan? Grace { get; init; }

    /// <summary>Returns a line such as <c>process 4711 exited with code 3 after 200 ms</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        var end = Outcome switch
        {
            ProcessStopOutcome.AlreadyExited => $"had ended already{How()}",
            ProcessStopOutcome.Exited => $"{(Signal is null ? "exited" : "ended")}{How()} after {DurationText.ShortDuration(Duration)}",
            ProcessStopOutcome.Killed when Grace is { } grace => $"was killed after the grace of {DurationText.Duration(grace)}",
            ProcessStopOutcome.Killed => $"was killed after {DurationText.ShortDuration(Duration)}, when its grace was cut short",
            ProcessStopOutcome.NotFound => "was not found",
            _ => "may not be signalled by this user",
        };
        var killed = KilledDescendants.Count > 0 ? $", and descendants were killed: {List(KilledDescendants)}" : "";
        var left = Survivors.Count > 0 ? $"; not ended: {List(Survivors)}" : "";
        var unknown = LookFailure is null ? "" : $"; other descendants could not be looked for: {SafeText.Line(LookFailure)}";
        return string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} {end}{killed}{left}{unknown}");
    }

    internal static string List(IReadOnlyList<int> ids)
    {
        var first = string.Join(", ", ids.Take(Named));
        return ids.Count > Named ? $"{first} and {ids.Count - Named} more" : first;
    }

    private string How() => (Signal, ExitCode) switch
    {
        ({ } signal, _) => $" by {SignalNumbers.NameOf(signal)}",
        (_, { } code) => string.Create(CultureInfo.InvariantCulture, $" with code {code}"),
        _ => "",
    };
}
