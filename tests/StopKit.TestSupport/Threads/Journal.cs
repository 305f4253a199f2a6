namespace StopKit.TestSupport;

/// <summary>Keeps what happened, in the order it did, from any thread.</summary>
public sealed class Journal
{
    private readonly List<string> _entries = [];

    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    public void Add(string entry)
    {
        lock (_entries)
            _entries.Add(entry);
    }

    /// <summary>Waits until so many entries are there.</summary>
    public IReadOnlyList<string> Await(int count)
    {
        Patience.Until(() => Entries.Count >= count);
        return Entries;
    }
}
