using System.Globalization;

namespace StopKit.TestSupport;

/// <summary>A process, told apart by its start time from a later one that was given the same ID.</summary>
public readonly record struct ProcessIdentity(int Id, long StartTicks)
{
    /// <summary>Gets a value indicating whether the ID is still this process's, be it only a zombie's.</summary>
    public bool Exists => Read(Id)?.Identity == this;

    /// <summary>Gets a value indicating whether it exists and has not ended; a zombie has.</summary>
    public bool IsRunning => Read(Id) is { } now && now.Identity == this && now.State is not ('Z' or 'X');

    public static ProcessIdentity? Find(int id) => Read(id)?.Identity;

    private static (ProcessIdentity Identity, char State)? Read(int id)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException) // no such file, or it went away between open and read
        {
            return null;
        }

        // The name stands in parentheses and may hold any character, so count from the last parenthesis: field 3 follows it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (new ProcessIdentity(id, long.Parse(fields[22 - 3], CultureInfo.InvariantCulture)), fields[0][0]);
    }
}
