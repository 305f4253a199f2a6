namespace StopKit;

/// <summary>
/// What a program whose main was a worker tells the process that started it, as far as the worker's end decides it.
/// </summary>
internal static class ProgramExitCode
{
    internal const int Success = 0;
    internal const int Fault = 1;

    /// <summary>The stop took longer than its grace; the number that <c>timeout(1)</c> uses.</summary>
    internal const int DeadlineExceeded = 124;

    /// <summary>The code for a worker that has ended.</summary>
    internal static int Of(WorkerResult result) => result.Outcome switch
    {
        WorkerOutcome.Faulted => Fault,
        WorkerOutcome.Exited => Seen(result.ExitCode!.Value),
        WorkerOutcome.Aborted or WorkerOutcome.Abandoned => DeadlineExceeded,
        _ => Success,
    };

    /// <summary>Unix keeps eight bits of a code, and a failure must not become a success by that.</summary>
    private static int Seen(int code) => code != Success && (byte)code == Success && !OperatingSystem.IsWindows() ? Fault : code;
}
