using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StopKit;

/// <summary>What <c>/proc/PID/stat</c> says of a process, at one moment.</summary>
internal sealed class ProcessEntry
{
    private const int LongestLine = 4096; // some 52 numbers and a name of 15 characters
    private const int LongestName = 15;
    private const uint KernelThread = 0x0020_0000; // PF_KTHREAD

    private ProcessEntry(int id, string name, string[] fields)
    {
        Identity = new ProcessStamp(id, Number(fields, 22));
        ShortName = name;
        State = fields[0][0];
        ParentId = (int)Number(fields, 4);
        SessionId = (int)Number(fields, 6);
        IsKernelThread = (Number(fields, 9) & KernelThread) != 0;
        Threads = (int)Number(fields, 20);
        WaitStatus = fields.Length > 52 - 3 ? (int)Number(fields, 52) : 0;
    }

    internal ProcessStamp Identity { get; }

    internal int Id => Identity.Id;

    internal int ParentId { get; }

    internal int SessionId { get; }

    internal bool IsKernelThread { get; }

    /// <summary>Gets the wait status of one that has ended; 0 also if the caller may not know it.</summary>
    internal int WaitStatus { get; }

    /// <summary>Gets a value indicating whether it has ended, and at most waits for its parent to ask how.</summary>
    /// <remarks>A process whose first thread has ended looks like a zombie too, but has other threads.</remarks>
    internal bool HasEnded => State is 'Z' or 'X' or 'x' && Threads <= 1;

    /// <summary>Gets a value indicating whether it is stopped, so that it cannot fork.</summary>
    internal bool IsFrozen => State is 'T' or 't';

    /// <summary>Gets or sets the value of its variable <see cref="EnvironmentMark.Variable"/>; null if that was not read yet.</summary>
    internal string? Marks { get; set; }

    private string ShortName { get; }

    private char State { get; }

    private int Threads { get; }

    /// <summary>Reads the entry; null if there is none, or none that the caller may see.</summary>
    internal static ProcessEntry? Read(int id)
    {
        try
        {
            // Shared with everybody: otherwise .NET locks the file.
            using SafeFileHandle file = File.OpenHandle($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat", share: FileShare.ReadWrite);
            Span<byte> line = stackalloc byte[LongestLine];
            return Parse(Encoding.UTF8.GetString(line[..RandomAccess.Read(file, line, 0)]));
        }
        catch (Exception e) when (IsGone(e))
        {
            return null;
        }
    }

    /// <summary>Says whether an exception means that a file of a process is not there, or is hidden; anything else, such as too many open files, tells nothing of it.</summary>
    internal static bool IsGone(Exception exception) =>
        exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException // ended before it was opened
        || exception is IOException { HResult: ProcessNativeMethods.NoSuchProcess }; // ended before it was read

    /// <summary>Parses a line; null if it is none.</summary>
    internal static ProcessEntry? Parse(string line)
    {
        // The name stands in parentheses and may hold any character, also those: it ends at the last one. Field 3 follows.
        var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
        if (open < 0 || close < open || !int.TryParse(line.AsSpan(0, open), CultureInfo.InvariantCulture, out var id))
            return null;
        var fields = line[(close + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 22 - 3 ? new ProcessEntry(id, line[(open + 1)..close], fields) : null;
    }

    /// <summary>Gets the name as <see cref="System.Diagnostics.Process.ProcessName"/> has it: whole, where the kernel keeps only 15 characters.</summary>
    internal string Name()
    {
        if (Encoding.UTF8.GetByteCount(ShortName) < LongestName)
            return ShortName;
        try
        {
            // The program, or the script that it runs.
            return File.ReadAllText($"/proc/{Id}/cmdline").Split('\0').Take(2)
                .Select(static argument => Path.GetFileName(argument))
                .FirstOrDefault(name => name.StartsWith(ShortName, StringComparison.Ordinal)) ?? ShortName;
        }
        catch (Exception e) when (IsGone(e))
        {
            return ShortName;
        }
    }

    private static long Number(string[] fields, int field) =>
        long.TryParse(fields[field - 3], CultureInfo.InvariantCulture, out var number) ? number : 0;
}
