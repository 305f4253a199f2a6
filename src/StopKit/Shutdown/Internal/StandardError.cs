namespace StopKit;

/// <summary>Writes for a person to read, who may not be there.</summary>
internal static class StandardError
{
    /// <summary>Writes a line. May block while nobody reads, but throws nothing.</summary>
    internal static void WriteLine(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
#pragma warning disable CA1031 // a full disk, a terminal that was closed, a writer that the program has put there instead
        catch (Exception)
#pragma warning restore CA1031
        {
            // No reason to crash a program that is about to end well.
        }
    }
}
