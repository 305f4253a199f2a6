using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>Ends the process at once.</summary>
internal static partial class ProcessEnd
{
    /// <summary>
    /// Ends the process without finalizers, exit handlers or waiting for threads: by now each of those has had its time, and any of
    /// them may be what hangs.
    /// </summary>
    internal static void Now(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            NativeMethods.TerminateProcess(NativeMethods.GetCurrentProcess(), (uint)exitCode);
            return;
        }

        Terminal.Restore();
        NativeMethods.Exit(exitCode);
    }

    private static partial class NativeMethods
    {
        [LibraryImport("libc", EntryPoint = "_exit")]
        internal static partial void Exit(int status);

        [LibraryImport("kernel32.dll")]
        internal static partial nint GetCurrentProcess();

        [LibraryImport("kernel32.dll")]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool TerminateProcess(nint process, uint exitCode);
    }
}
