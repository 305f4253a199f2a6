namespace StopKit.Tests.Support;

/// <summary>Keeps what happened, in the order it did, from any thread.</summary>
internal sealed class Journal
{
    private readonly List<string> _entries = [];

    internal IReadOnlyList<string> Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    internal void Add(string entry)
    {
        lock (_entries)
            _entries.Add(entry);
    }

    /// <summary>Waits until so many entries are there.</summary>
    internal IReadOnlyList<string> Await(int count)
    {
        Patience.Until(() => Entries.Count >= count);
        return Entries;
    }
}
