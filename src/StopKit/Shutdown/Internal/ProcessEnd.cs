namespace StopKit;

/// <summary>Ends the process.</summary>
internal static class ProcessEnd
{
    /// <summary>
    /// Ends the process without finalizers, exit handlers or waiting for threads: by now each of those has had its time, and any of
    /// them may be what hangs.
    /// </summary>
    internal static void Now(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            ShutdownNativeMethods.TerminateProcess(ShutdownNativeMethods.GetCurrentProcess(), (uint)exitCode);
            return;
        }

        Terminal.Restore();
        ShutdownNativeMethods.Exit(exitCode);
    }

    /// <summary>Ends the process as a return from <c>Main</c> does: after exit handlers and workers that clean up at the exit.</summary>
#pragma warning disable RS0030 // of all code this is what a program has asked to end it; an exception would be the caller's to catch
    internal static void AfterExitHandlers(int exitCode) => Environment.Exit(exitCode);
#pragma warning restore RS0030
}
