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
        catch (IOException)
        {
            // A full disk, for one: no reason to crash a program that is about to end well.
        }
    }
}
