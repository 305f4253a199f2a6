using System.Runtime.InteropServices;

namespace StopKit.Tests.Support;

/// <summary>A real signal to the test host itself, of a kind that does nothing where nobody listens.</summary>
internal static partial class OwnSignal
{
    /// <summary>SIGURG, which .NET takes by its number.</summary>
    internal const PosixSignal Harmless = (PosixSignal)23;

    internal static void Raise()
    {
        if (Kill(Environment.ProcessId, (int)Harmless) != 0)
            throw new InvalidOperationException($"kill: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
