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
    internal static int ForSignal(PosixSignal signal) => 128 + signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => (int)signal, // a raw number
    };

    /// <summary>The exit code of a program whose main ended like this.</summary>
    internal static int Of(WorkerResult main, ShutdownSignals signals) => main.Outcome switch
    {
        WorkerOutcome.Faulted => Fault,
        WorkerOutcome.Exited => main.ExitCode!.Value,
        WorkerOutcome.Aborted or WorkerOutcome.Abandoned =>
            signals.Source.AbortReason?.Signal is { } forced ? ForSignal(forced) : DeadlineExceeded,
        // Also if it completed: a main that only waits for its workers leaves it to them to observe the stop.
        _ => signals.Options.SignalExitCodes && signals.Received is { } received ? ForSignal(received) : Success,
    };
}
