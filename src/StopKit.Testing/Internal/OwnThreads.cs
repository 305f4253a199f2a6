namespace StopKit.Testing;

/// <summary>Tells whether this process does anything, beside asking that.</summary>
internal static class OwnThreads
{
    private const string Tasks = "/proc/self/task";

    private static readonly bool CanTell = OperatingSystem.IsLinux() && Directory.Exists(Tasks);

    /// <summary>
    /// Tells whether a thread besides the calling one runs, or would if it had a core; false where the system does not
    /// say.
    /// </summary>
    internal static bool AnotherRuns()
    {
        if (!CanTell)
            return false;
        var running = 0;
        foreach (var thread in Directory.EnumerateDirectories(Tasks))
        {
            if (StateOf(thread) is 'R' or 'D' && ++running > 1) // the first is the calling thread
                return true;
        }

        return false;
    }

    private static char StateOf(string thread)
    {
        try
        {
            // The name is in parentheses, and may hold any character. The state follows the last of them.
            var stat = File.ReadAllText($"{thread}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'X'; // it has just ended
        }
    }
}
