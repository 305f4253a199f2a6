using System.Runtime.InteropServices;

namespace StopKit.TestSupport;

/// <summary>The numbers that Linux gives to the signals of <see cref="PosixSignal"/>.</summary>
public static class SignalNumbers
{
#pragma warning disable CA1416 // only the numbers of the enum: none of these signals is listened to here
    public static int Of(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        PosixSignal.SIGCHLD => 17,
        PosixSignal.SIGCONT => 18,
        PosixSignal.SIGTSTP => 20,
        PosixSignal.SIGTTIN => 21,
        PosixSignal.SIGTTOU => 22,
        PosixSignal.SIGWINCH => 28,
        _ when signal > 0 => (int)signal, // .NET takes a raw number as well
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "unknown signal"),
    };
#pragma warning restore CA1416
}
