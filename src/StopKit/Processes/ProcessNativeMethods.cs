using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StopKit;

/// <summary>The system calls that processes are stopped with.</summary>
internal static partial class ProcessNativeMethods
{
    internal const int NotPermitted = 1; // EPERM
    internal const int NoEntry = 2; // ENOENT
    internal const int NoSuchProcess = 3; // ESRCH
    internal const int Invalid = 22; // EINVAL

    private const nint PidfdSendSignalNumber = 424; // those of new system calls are the same on every architecture that .NET runs on
    private const nint PidfdOpenNumber = 434;
    private const nuint GetInfo = 0xC040_FF0B; // PIDFD_GET_INFO, with a structure of 64 bytes
    private const ulong ExitInfo = 1 << 3; // PIDFD_INFO_EXIT
    private const int SetChildSubreaper = 36; // PR_SET_CHILD_SUBREAPER
    private const int GetChildSubreaper = 37;
    private const int NoHang = 1; // WNOHANG
    private const short Readable = 1; // POLLIN
    private const uint ControlBreak = 1; // CTRL_BREAK_EVENT

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int processId, int signal);

    internal static nint PidfdOpen(int processId) => Call(PidfdOpenNumber, processId, 0);

    internal static nint PidfdSendSignal(SafeFileHandle pidfd, int signal) => Call(PidfdSendSignalNumber, pidfd, signal, 0, 0);

    /// <summary>Asks the kernel for the wait status of a process that is gone; null before Linux 6.15.</summary>
    internal static int? WaitStatus(SafeFileHandle pidfd)
    {
        var info = new PidfdInfo { Mask = ExitInfo };
        return Control(pidfd, GetInfo, ref info) == 0 && (info.Mask & ExitInfo) != 0 ? info.ExitCode : null;
    }

    /// <summary>Says whether the process of a pidfd has ended, be it a zombie.</summary>
    internal static bool HasEnded(SafeFileHandle pidfd)
    {
        var file = new PollFile { File = (int)pidfd.DangerousGetHandle(), Events = Readable }; // its owner does not dispose it meanwhile
        return Poll(ref file, 1, 0) > 0;
    }

    internal static bool IsSubreaper() => Control(GetChildSubreaper, out var isSet, 0, 0, 0) == 0 && isSet != 0;

    internal static void SetSubreaper(bool isSet) => _ = Control(SetChildSubreaper, isSet ? 1 : 0, 0, 0, 0); // cannot fail since Linux 3.4

    /// <summary>Reaps a child that has ended.</summary>
    internal static void Reap(int processId) => _ = WaitFor(processId, 0, NoHang); // fails only if it was reaped before

    /// <summary>Presses Ctrl+Break for a process group of Windows.</summary>
    internal static bool PressControlBreak(int processGroup) => GenerateConsoleCtrlEvent(ControlBreak, (uint)processGroup);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, SafeFileHandle first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeFileHandle file, nuint request, ref PidfdInfo info);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, out int value, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nint value, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitFor(int processId, nint status, int options);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollFile files, nuint count, int milliseconds);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint controlEvent, uint processGroup);

    private struct PollFile
    {
        internal int File;
        internal short Events;
        internal short Results;
    }

    /// <summary>The first version of <c>struct pidfd_info</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct PidfdInfo
    {
        [FieldOffset(0)]
        internal ulong Mask;

        [FieldOffset(60)]
        internal int ExitCode;
    }
}
