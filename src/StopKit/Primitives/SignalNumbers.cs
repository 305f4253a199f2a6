using System.Globalization;
using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>
/// The numbers of the signals that ask a process to end, which all Unix systems share, and of some that end one.
/// </summary>
internal static class SignalNumbers
{
    internal const int Kill = 9;

    internal static int Of(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => (int)signal, // a raw number
    };

    internal const int Last = 64;

    /// <summary>Gets the number of SIGSTOP, which is not the same everywhere.</summary>
    internal static int Pause { get; } = OperatingSystem.IsLinux() ? 19 : 17;

    /// <summary>Gets the number of SIGCONT, which is not the same everywhere.</summary>
    internal static int Continue { get; } = OperatingSystem.IsLinux() ? 18 : 19;

    /// <summary>
    /// Says whether a value is one of those that ask, or a raw number which a process can hear at all.
    /// </summary>
    internal static bool IsRequestToEnd(PosixSignal signal) =>
        Of(signal) is >= 1 and <= Last and not Kill and var number && number != Pause;

    /// <summary>Names a signal: <c>SIGTERM</c>, or <c>signal 64</c> for a raw number.</summary>
    internal static string NameOf(PosixSignal signal) =>
        Enum.GetName(signal) ?? string.Create(CultureInfo.InvariantCulture, $"signal {(int)signal}");

    internal static string NameOf(int number) => number switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        6 => "SIGABRT",
        Kill => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => string.Create(CultureInfo.InvariantCulture, $"signal {number}"),
    };
}
