using System.Runtime.InteropServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>Sends this process a signal.</summary>
internal static partial class SelfSignal
{
    /// <summary>Ignored by default, so that one too many does no harm.</summary>
    public const int Harmless = 23; // SIGURG

    public static void Raise(int signal)
    {
        if (Kill(Environment.ProcessId, signal) != 0)
            throw new InvalidOperationException($"kill: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
