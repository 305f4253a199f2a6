using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>The system calls of this room.</summary>
/// <remarks>Structures are opaque: they differ between systems, and what was read is put back whole.</remarks>
internal static partial class ShutdownNativeMethods
{
    [LibraryImport("libc", EntryPoint = "_exit")]
    internal static partial void Exit(int status);

    [LibraryImport("kernel32.dll")]
    internal static partial nint GetCurrentProcess();

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool TerminateProcess(nint process, uint exitCode);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    internal static partial int GetTerminalAttributes(int file, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    internal static partial int SetTerminalAttributes(int file, int when, ReadOnlySpan<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    internal static partial int GetForegroundGroup(int file);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    internal static partial int GetGroup();

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    internal static partial int EmptySignalSet(Span<byte> set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    internal static partial int AddToSignalSet(Span<byte> set, int signal);

    [LibraryImport("libc", EntryPoint = "sigismember")]
    internal static partial int IsInSignalSet(ReadOnlySpan<byte> set, int signal);

    // Not pthread_sigmask, which an older C library has in another file; of the calling thread alone this one changes it too.
    [LibraryImport("libc", EntryPoint = "sigprocmask")]
    internal static partial int ReadSignalMask(int how, nint none, Span<byte> mask);

    [LibraryImport("libc", EntryPoint = "sigprocmask")]
    internal static partial int ChangeSignalMask(int how, ReadOnlySpan<byte> set, nint none);
}
