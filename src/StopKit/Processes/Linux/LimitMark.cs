using System.Buffers.Text;

namespace StopKit;

/// <summary>A number that marks a process and all that it will ever start, also what cleans its environment.</summary>
/// <remarks>
/// It is the soft limit of file locks (RLIMIT_LOCKS): every process can set it, children inherit it, a program keeps it, any process may read it, and
/// since Linux 2.4.25 it limits nothing (https://man7.org/linux/man-pages/man2/getrlimit.2.html).
/// </remarks>
internal static class LimitMark
{
    internal const int None = 0;

    private const int SerialBits = 32;

    // Random, so that no two programs have the same numbers.
    private static readonly long Program = Random.Shared.NextInt64(1, 1L << 30);
    private static int _count;

    private static ReadOnlySpan<byte> Line => "Max file locks"u8;

    /// <summary>Makes a number that no other process has.</summary>
    internal static long Next() => (Program << SerialBits) | (uint)Interlocked.Increment(ref _count);

    /// <summary>Says whether a number was made by this program.</summary>
    internal static bool IsOurs(long number) => number >> SerialBits == Program;

    /// <summary>Finds the number in the limits of a process as the kernel shows them; <see cref="None"/> if there is none.</summary>
    internal static long Find(ReadOnlySpan<byte> limits)
    {
        var start = limits.IndexOf(Line);
        if (start < 0)
            return None;
        var value = limits[(start + Line.Length)..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(value, out long number, out _) ? number : None; // usually "unlimited"
    }
}
