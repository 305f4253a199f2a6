using System.Diagnostics;
using System.Globalization;

namespace StopKit;

/// <summary>All processes that the caller can see, as they were within a few milliseconds; immutable.</summary>
/// <remarks>However many stops go on, at most one table is being read and one is waited for: stops that ask at the same time share it.</remarks>
internal sealed class ProcessTable
{
    private static readonly object Gate = new();
    private static ProcessTable _latest = new([], TimeSpan.Zero);
    private static long _begun; // how many reads have begun; the number of the latest one
    private static long _latestNumber;
    private static bool _isReading;

    private readonly Dictionary<int, ProcessEntry> _entries;

    private ProcessTable(Dictionary<int, ProcessEntry> entries, TimeSpan cost)
    {
        _entries = entries;
        Cost = cost;
    }

    internal IReadOnlyCollection<ProcessEntry> Entries => _entries.Values;

    /// <summary>Gets how long it took to read, in real time.</summary>
    internal TimeSpan Cost { get; }

    internal ProcessEntry? Find(int id) => _entries.GetValueOrDefault(id);

    /// <summary>Returns a table whose reading began after this call, and which so has everything that is there now.</summary>
    /// <exception cref="IOException">It cannot be read, as for want of file descriptors.</exception>
    internal static ProcessTable Read()
    {
        long mine;
        ProcessTable previous;
        lock (Gate)
        {
            // A read that has begun before is too early; the next one will do, whichever thread makes it.
            var needed = _begun + 1;
            while (_isReading)
                Monitor.Wait(Gate);
            if (_latestNumber >= needed)
                return _latest;
            (_isReading, mine, previous) = (true, ++_begun, _latest);
        }

        ProcessTable? table = null;
        try
        {
            return table = Read(previous);
        }
        finally
        {
            lock (Gate)
            {
                _isReading = false;
                if (table is not null) // if not, those that wait read for themselves
                    (_latest, _latestNumber) = (table, mine);
                Monitor.PulseAll(Gate);
            }
        }
    }

    private static ProcessTable Read(ProcessTable previous)
    {
        try
        {
            return ReadOnce(previous);
        }
        catch (IOException e) when (SpareFiles.AreNeededFor(e))
        {
            return SpareFiles.Use(() => ReadOnce(previous));
        }
    }

    private static ProcessTable ReadOnce(ProcessTable previous)
    {
        var start = Stopwatch.GetTimestamp();
        var entries = new Dictionary<int, ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || ProcessEntry.Read(id) is not { } entry)
            {
                continue;
            }

            if (previous.Find(id) is { } known)
                entry.Inherit(known);
            entries[id] = entry;
        }

        return new ProcessTable(entries, Stopwatch.GetElapsedTime(start));
    }
}
