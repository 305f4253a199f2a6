using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>The exit codes of a program; docs/exit-codes.md has the table.</summary>
internal static class ExitCodes
{
    /// <summary>128 + the signal's number, as shells say it.</summary>
    internal static int ForSignal(PosixSignal signal) => 128 + SignalNumbers.Of(signal);

    /// <summary>The exit code of a program whose main ended like this.</summary>
    internal static int Of(WorkerResult main, ShutdownSignals signals) => main.Outcome switch
    {
        WorkerOutcome.Faulted or WorkerOutcome.Exited => ProgramExitCode.Of(main),
        WorkerOutcome.Aborted or WorkerOutcome.Abandoned => OfForced(signals),
        // Also if it completed: a main that only waits for its workers leaves it to them to observe the stop.
        _ => signals.Options.SignalExitCodes && signals.Received is { } received ? ForSignal(received) : ProgramExitCode.Success,
    };

    /// <summary>
    /// The exit code of a process that does not end by itself: success is none, however well its main ended.
    /// </summary>
    internal static int OfLate(WorkerResult main, ShutdownSignals signals) =>
        main.Outcome is WorkerOutcome.Faulted or WorkerOutcome.Exited ? Of(main, signals) : OfForced(signals);

    /// <summary>
    /// The second signal, if it was what forced the abort. What came first counts, the deadline or that signal.
    /// </summary>
    internal static PosixSignal? ForcedBy(ShutdownSignals signals) =>
        signals.Source.AbortReason is null or { Signal: not null } ? signals.Repeated : null; // of a signal the source may not know yet

    private static int OfForced(ShutdownSignals signals) =>
        ForcedBy(signals) is { } repeated ? ForSignal(repeated) : ProgramExitCode.DeadlineExceeded;
}
