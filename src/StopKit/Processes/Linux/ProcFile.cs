using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace StopKit;

/// <summary>Reads the files that <c>/proc</c> has for a process.</summary>
internal static class ProcFile
{
    /// <summary>Reads a file of a process; null if it is gone or hidden. Anything else is thrown: it tells nothing of the process.</summary>
    /// <exception cref="IOException">It cannot be read, as for want of file descriptors.</exception>
    internal static byte[]? Read(int processId, string name) => Read($"{processId.ToString(CultureInfo.InvariantCulture)}/{name}");

    /// <summary>Reads a file below <c>/proc</c>, in the same way.</summary>
    internal static byte[]? Read(string name)
    {
        try
        {
            return ReadOnce(name);
        }
        catch (IOException e) when (SpareFiles.AreNeededFor(e))
        {
            return SpareFiles.Use(() => ReadOnce(name));
        }
    }

    private static byte[]? ReadOnce(string name)
    {
        try
        {
            // Shared with everybody: otherwise .NET locks the file.
            using SafeFileHandle file = File.OpenHandle("/proc/" + name, share: FileShare.ReadWrite);
            Span<byte> content = stackalloc byte[4096]; // enough for all but large environments
            var length = 0;
            while (RandomAccess.Read(file, content[length..], length) is > 0 and var count)
            {
                length += count;
                if (length < content.Length)
                    continue;
                var larger = new byte[2 * length];
                content.CopyTo(larger);
                content = larger;
            }

            return content[..length].ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException // ended before it was opened
            or IOException { HResult: ProcessNativeMethods.NoSuchProcess }) // ended before it was read
        {
            return null;
        }
    }
}
