using System.Diagnostics;
using System.Text;

namespace StopKit;

/// <summary>A variable that marks the environment of a process and of all that it will ever start, also of those that leave its tree.</summary>
/// <remarks>The idea is that of Jenkins, whose <c>ProcessTreeKiller</c> finds what a build has left behind by the variable <c>BUILD_ID</c>.</remarks>
internal static class EnvironmentMark
{
    internal const string Variable = "STOPKIT_PROCESS";
    private const char Separator = ':';

    /// <summary>Marks a process that is about to be started.</summary>
    /// <returns>The mark, which no other process has.</returns>
    internal static string Mark(ProcessStartInfo start)
    {
        var mark = Guid.NewGuid().ToString("N");
        // Added to those of an outer process, so that this one finds it as well.
        start.Environment[Variable] = start.Environment.TryGetValue(Variable, out var outer) && !string.IsNullOrEmpty(outer)
            ? $"{outer}{Separator}{mark}"
            : mark;
        return mark;
    }

    /// <summary>Says whether a mark is one of those in a value.</summary>
    internal static bool IsIn(string marks, string mark) => marks.Split(Separator).Contains(mark, StringComparer.Ordinal);

    /// <summary>Finds the value in an environment as the kernel shows it; empty if it is not there.</summary>
    internal static string Find(ReadOnlySpan<byte> environment)
    {
        var name = Encoding.ASCII.GetBytes($"{Variable}=").AsSpan();
        while (!environment.IsEmpty)
        {
            var end = environment.IndexOf((byte)0);
            var entry = end < 0 ? environment : environment[..end];
            if (entry.StartsWith(name))
                return Encoding.UTF8.GetString(entry[name.Length..]);
            environment = end < 0 ? [] : environment[(end + 1)..];
        }

        return "";
    }
}
