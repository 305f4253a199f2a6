using System.Globalization;
using System.Text;

namespace StopKit;

/// <summary>What <c>/proc/PID/stat</c> says of a process, at one moment.</summary>
internal sealed class ProcessEntry
{
    private const int LongestName = 15;
    private const int LongestExec = 150; // pauses, so 100 ms or more; without load an exec takes less than one
    private const uint KernelThread = 0x0020_0000; // PF_KTHREAD
    private const uint ForkNoExec = 0x0000_0040; // PF_FORKNOEXEC

    private long? _limitMark;

    private ProcessEntry(int id, string name, string[] fields)
    {
        Identity = new ProcessStamp(id, Number(fields, 22));
        ShortName = name;
        State = fields[0][0];
        ParentId = (int)Number(fields, 4);
        SessionId = (int)Number(fields, 6);
        IsKernelThread = (Number(fields, 9) & KernelThread) != 0;
        IsForkOnly = (Number(fields, 9) & ForkNoExec) != 0;
        Threads = (int)Number(fields, 20);
        Image = (ShortName, Field(28), Field(50), Field(51));
        WaitStatus = (int)Field(52);

        long Field(int number) => fields.Length > number - 3 ? Number(fields, number) : 0;
    }

    internal ProcessStamp Identity { get; }

    internal int Id => Identity.Id;

    internal int ParentId { get; }

    internal int SessionId { get; }

    internal bool IsKernelThread { get; }

    /// <summary>
    /// Gets a value indicating whether it was forked and has not become a program of its own since: it still has the
    /// name of its parent.
    /// </summary>
    internal bool IsForkOnly { get; }

    /// <summary>
    /// Gets what another program in the same process has otherwise: the name, and where its stack and its environment
    /// are.
    /// </summary>
    internal (string Name, long Stack, long EnvironmentStart, long EnvironmentEnd) Image { get; }

    /// <summary>Gets the wait status of one that has ended; 0 also if the caller may not know it.</summary>
    internal int WaitStatus { get; }

    /// <summary>Gets a value indicating whether it has ended, and at most waits for its parent to ask how.</summary>
    /// <remarks>A process whose first thread has ended looks like a zombie too, but has other threads.</remarks>
    internal bool HasEnded => State is 'Z' or 'X' or 'x' && Threads <= 1;

    /// <summary>Gets a value indicating whether it is stopped, so that it cannot fork.</summary>
    internal bool IsFrozen => State is 'T' or 't';

    /// <summary>
    /// Gets the value of its variable <see cref="EnvironmentMark.Variable"/>; null if that was not read yet.
    /// </summary>
    internal string? Marks { get; private set; }

    private string ShortName { get; }

    private char State { get; }

    private int Threads { get; }

    /// <summary>Reads the entry; null if there is none, or none that the caller may see.</summary>
    internal static ProcessEntry? Read(int id)
    {
        return ProcFile.Read(id, "stat") is { } line ? Parse(Encoding.UTF8.GetString(line)) : null;
    }

    /// <summary>Takes over what an earlier entry of the same process knows and what takes long to read.</summary>
    internal void Inherit(ProcessEntry earlier)
    {
        if (earlier.Identity != Identity)
            return;
        _limitMark = earlier._limitMark; // a process has it from its birth on
        if (earlier.Image == Image) // an exec keeps the process, but not its environment
            Marks = earlier.Marks;
    }

    /// <summary>Says whether it bears a mark in its environment; false if that may not be read.</summary>
    internal bool HasMark(string mark)
    {
        Marks ??= IsKernelThread ? "" : ReadMarks();
        return Marks is { } marks && EnvironmentMark.IsIn(marks, mark);
    }

    // Null if they cannot be read. Between two programs (an exec) a process has no environment for a moment: the look may be
    // the last one, so it waits until there is one.
    private string? ReadMarks()
    {
        var pause = default(SpinWait); // soon a millisecond each
        ProcessEntry? before = null;
        while (ProcFile.Read(Id, "environ") is { } environment)
        {
            if (environment.Length > 0)
                return EnvironmentMark.Find(environment);
            if (Read(Id) is not { HasEnded: false } now || now.Identity != Identity || pause.Count == LongestExec)
                return null;
            if (now.Image == before?.Image && now.Image.EnvironmentEnd != 0)
                return ""; // it was one program all the time, and its environment is empty
            before = now;
            pause.SpinOnce();
        }

        return null;
    }

    /// <summary>Gets its <see cref="StopKit.LimitMark"/>.</summary>
    internal long LimitMark() => _limitMark ??= StopKit.LimitMark.Find(ProcFile.Read(Id, "limits"));

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

    /// <summary>
    /// Gets the name as <see cref="System.Diagnostics.Process.ProcessName"/> has it: whole, where the kernel keeps only
    /// 15 characters.
    /// </summary>
    internal string Name()
    {
        if (Encoding.UTF8.GetByteCount(ShortName) < LongestName)
            return ShortName;
        if (ProcFile.Read(Id, "cmdline") is not { } line)
            return ShortName;
        // The program, or the script that it runs.
        return Encoding.UTF8.GetString(line).Split('\0').Take(2)
            .Select(static argument => Path.GetFileName(argument))
            .FirstOrDefault(name => name.StartsWith(ShortName, StringComparison.Ordinal)) ?? ShortName;
    }

    private static long Number(string[] fields, int field) =>
        long.TryParse(fields[field - 3], CultureInfo.InvariantCulture, out var number) ? number : 0;
}
