using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>Lets a process hear signals that its parent had blocked when it started the process.</summary>
/// <remarks>
/// A process inherits its parent's signal mask, and each of its threads that of the thread which started it. .NET does not
/// unblock anything, so a signal that was blocked then is never delivered: it stays pending. One thread that has it unblocked
/// is enough for the whole process: the system delivers the signal there, also one that is pending already.
/// </remarks>
internal static class BlockedSignals
{
    private const int SetLimit = 128; // sizeof(sigset_t) on Linux, and more than that of any other Unix
    private static readonly int Unblock = OperatingSystem.IsLinux() ? 1 : 2; // SIG_UNBLOCK
    private static readonly HashSet<int> Heard = [];

    /// <summary>Starts a thread that hears those of the signals that the calling thread does not; called under the hub's lock.</summary>
    internal static void Hear(IEnumerable<PosixSignal> signals)
    {
        if (OperatingSystem.IsWindows())
            return;
        var mask = new byte[SetLimit];
        if (ShutdownNativeMethods.ReadSignalMask(Unblock, none: 0, mask) != 0)
            return;
        var missing = new byte[SetLimit];
        _ = ShutdownNativeMethods.EmptySignalSet(missing);
        var hasMissing = false;
        foreach (var number in signals.Select(SignalNumbers.Of))
        {
            if (ShutdownNativeMethods.IsInSignalSet(mask, number) == 1 && Heard.Add(number))
                hasMissing |= ShutdownNativeMethods.AddToSignalSet(missing, number) == 0;
        }

        if (!hasMissing)
            return;
        BackgroundThread.Start("StopKit signals", () =>
        {
            _ = ShutdownNativeMethods.ChangeSignalMask(Unblock, missing, none: 0);
            new ManualResetEventSlim().Wait(); // for as long as the process lives: a mask belongs to its thread
        });
    }
}
