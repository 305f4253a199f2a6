using System.Runtime.InteropServices;

namespace StopKit.Testing;

/// <summary>Sends signals to other processes.</summary>
internal static partial class UnixSignal
{
    /// <summary>Sends a signal; false if the system refuses, for the reason that it has noted.</summary>
    internal static bool TrySend(int processId, PosixSignal signal) => OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException("Windows has no signals.")
        : Kill(processId, NumberOf(signal)) == 0;

#pragma warning disable CA1416 // only the numbers of the enum: none of these signals is listened to here
    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        PosixSignal.SIGTTIN => 21,
        PosixSignal.SIGTTOU => 22,
        PosixSignal.SIGWINCH => 28,
        PosixSignal.SIGCHLD => OperatingSystem.IsLinux() ? 17 : 20,
        PosixSignal.SIGCONT => OperatingSystem.IsLinux() ? 18 : 19,
        PosixSignal.SIGTSTP => OperatingSystem.IsLinux() ? 20 : 18,
        _ when signal > 0 => (int)signal,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a known signal."),
    };
#pragma warning restore CA1416

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
