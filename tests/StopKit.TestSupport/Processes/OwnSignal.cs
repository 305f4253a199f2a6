using System.Runtime.InteropServices;

namespace StopKit.TestSupport;

/// <summary>A real signal to the test host itself, of a kind that does nothing where nobody listens.</summary>
public static partial class OwnSignal
{
    /// <summary>SIGURG, which .NET takes by its number.</summary>
    public const PosixSignal Harmless = (PosixSignal)23;

    public static void Raise()
    {
        if (Kill(Environment.ProcessId, (int)Harmless) != 0)
            throw new InvalidOperationException($"kill: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
