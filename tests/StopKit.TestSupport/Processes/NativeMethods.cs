using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StopKit.TestSupport;

/// <summary>The system calls of the tests; Linux only.</summary>
public static partial class NativeMethods
{
    public const int SigInt = 2;
    public const int SigKill = 9;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    /// <summary>The structures are opaque, so that what was read can be put back whole; the handler is what they begin with.</summary>
    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    public static partial int SigAction(int signal, ReadOnlySpan<byte> action, Span<byte> previous);

    /// <summary>Gets how many bytes a pipe holds that nothing has read yet.</summary>
    public static int Readable(SafeFileHandle pipe) =>
        Control(pipe, 0x541B /* FIONREAD */, out var count) == 0 ? count : throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, out int count);
}
