using System.Globalization;
using System.Diagnostics;

namespace StopKit;

/// <summary>All processes that the caller can see, as they were within a few milliseconds; immutable.</summary>
/// <remarks>However many stops go on, at most one table is being read and one is waited for: stops that ask at the same time share it.</remarks>
internal sealed class ProcessTable
{
    private static readonly object Gate = new();
    private static Task<ProcessTable> _reading = Task.FromResult(new ProcessTable([], TimeSpan.Zero));
    private static Task<ProcessTable>? _next;

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

    /// <summary>Reads a table that begins after this call, and so has everything that is there now.</summary>
    internal static Task<ProcessTable> ReadAsync()
    {
        // A lock, because who waits and who begins to read must agree on which table is the next; held for a few instructions.
        lock (Gate)
            return _next ??= ReadAfterAsync(_reading);
    }

    private static async Task<ProcessTable> ReadAfterAsync(Task<ProcessTable> previous)
    {
        // Yields even if that has ended, so that nothing is read under the lock, nor before the caller has set _next.
        await ((Task)previous).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (Gate)
        {
            _reading = _next!;
            _next = null; // from here on it would come too late for who asks
        }

        return Read(previous.IsCompletedSuccessfully ? await previous.ConfigureAwait(false) : null);
    }

    private static ProcessTable Read(ProcessTable? previous)
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

            if (previous?.Find(id) is { } known && known.Identity == entry.Identity)
                entry.Marks = known.Marks; // an environment is large, and inherited at birth
            entries[id] = entry;
        }

        return new ProcessTable(entries, Stopwatch.GetElapsedTime(start));
    }
}
