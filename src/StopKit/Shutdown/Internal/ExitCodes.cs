using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>What a program tells whoever started it; the README has the table.</summary>
internal static class ExitCodes
{
    internal const int Success = 0;
    internal const int Fault = 1;

    /// <summary>The stop took longer than its grace; the number that <c>timeout(1)</c> uses.</summary>
    internal const int DeadlineExceeded = 124;

    /// <summary>128 + the signal's number, as shells say it.</summary>
    internal static int ForSignal(PosixSignal signal) => 128 + SignalNumbers.Of(signal);

    /// <summary>The exit code of a program whose main ended like this.</summary>
    internal static int Of(WorkerResult main, ShutdownSignals signals) => main.Outcome switch
    {
        WorkerOutcome.Faulted => Fault,
        WorkerOutcome.Exited => Seen(main.ExitCode!.Value),
        WorkerOutcome.Aborted or WorkerOutcome.Abandoned => OfForced(signals),
        // Also if it completed: a main that only waits for its workers leaves it to them to observe the stop.
        _ => signals.Options.SignalExitCodes && signals.Received is { } received ? ForSignal(received) : Success,
    };

    /// <summary>The exit code of a process that does not end by itself: success is none, however well its main ended.</summary>
    internal static int OfLate(WorkerResult main, ShutdownSignals signals) =>
        main.Outcome is WorkerOutcome.Faulted or WorkerOutcome.Exited ? Of(main, signals) : OfForced(signals);

    // Unix keeps eight bits of it, and a failure must not become a success by that.
    private static int Seen(int code) => code != Success && (byte)code == Success && !OperatingSystem.IsWindows() ? Fault : code;

    // What came first counts, deadline or second signal. Of the latter the source may not know yet.
    private static int OfForced(ShutdownSignals signals) =>
        signals.Repeated is { } repeated && signals.Source.AbortReason is null or { Signal: not null } ? ForSignal(repeated) : DeadlineExceeded;
}
