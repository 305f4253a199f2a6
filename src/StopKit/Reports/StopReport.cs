using System.Diagnostics;

namespace StopKit;

/// <summary>Tells how a stop or a join went: an entry for each leaf, which are late, how long it took.</summary>
/// <remarks>Immutable and thread-safe: how things stood when it was made.</remarks>
[DebuggerDisplay("{Late.Count} of {Entries.Count} late after {Elapsed}")]
public sealed class StopReport
{
    internal StopReport(string name, IReadOnlyList<StopReportEntry> entries, TimeSpan elapsed)
    {
        Name = name;
        Entries = entries;
        Late = [.. entries.Where(static entry => entry.IsLate)];
        Elapsed = elapsed;
    }

    /// <summary>Gets an entry for each worker, thread, task or process, in the order of their groups.</summary>
    public IReadOnlyList<StopReportEntry> Entries { get; }

    /// <summary>
    /// Gets those that have not ended though a stop or a join has waited as long as it would; empty if there are none.
    /// </summary>
    public IReadOnlyList<StopReportEntry> Late { get; }

    /// <summary>
    /// Gets how many more have ended before the stop, by their outcome: a group keeps the last few hundred by name, and
    /// counts the rest.
    /// </summary>
    public IReadOnlyDictionary<WorkerOutcome, long> Forgotten { get; internal init; } = new Dictionary<WorkerOutcome, long>();

    /// <summary>Gets a value indicating whether all have ended: nothing uses what they shared any more.</summary>
    public bool IsComplete => Entries.All(static entry => entry.HasEnded);

    /// <summary>
    /// Gets the time from the first request (of a join: from its start) to the last end, or until the report was made
    /// if one is late.
    /// </summary>
    public TimeSpan Elapsed { get; }

    internal string Name { get; }

    /// <summary>
    /// Returns a table for a terminal of 80 columns: late ones come first; if many ended well, those are summarised.
    /// </summary>
    /// <returns>Several lines, without a line break at the end.</returns>
    public override string ToString() => StopReportTable.Of(this);

    /// <summary>
    /// Returns a Mermaid Gantt chart, as GitHub renders it in Markdown: for each entry from the request to the
    /// observation to the end.
    /// </summary>
    /// <returns>The chart's source, without the fence around it.</returns>
    public string ToMermaid() => StopReportChart.Of(this);

    internal static StopReport Of(Worker root) => Of(root, root.Leaves(SafeText.PathSegment(root.Name)));

    /// <summary>Reports on a program: its root, and every other worker of the process that has not ended.</summary>
    internal static StopReport OfProgram(Worker root)
    {
        var ofRoot = root.Leaves(SafeText.PathSegment(root.Name));
        var known = ofRoot.Select(static leaf => leaf.Leaf).ToHashSet();
        var others = RunningWorkers.Snapshot().SelectMany(static worker => worker.Leaves(worker.Path)).DistinctBy(static leaf => leaf.Leaf);
        return Of(root, ofRoot.Concat(others.Where(other => other.Leaf.HasLate && known.Add(other.Leaf))), isGivenUp: true);
    }

    private static StopReport Of(Worker root, IEnumerable<(string Path, Worker Leaf, WorkerResult Result)> workers, bool isGivenUp = false)
    {
        var leaves = workers
            .Select(static leaf => (leaf.Path, leaf.Result, leaf.Leaf.Clock, leaf.Leaf.Restarts, leaf.Leaf.IsRestarting, leaf.Leaf.Detail))
            .ToList();
        // Timestamps of one clock can be compared; a member with a clock of its own is taken to have been asked at the start.
        var clock = root.Clock;
        var first = leaves.Where(leaf => leaf.Clock == clock).Min(static leaf => leaf.Result.RequestedTimestamp);
        var entries = leaves.ConvertAll(leaf => new StopReportEntry(leaf.Path, leaf.Result, isGivenUp)
        {
            Restarts = leaf.Restarts,
            IsRestarting = leaf.IsRestarting,
            Detail = leaf.Detail,
            Offset = leaf.Clock == clock && leaf.Result.RequestedTimestamp is { } stamp
                ? GuardedClock.Elapsed(clock, first!.Value, stamp)
                : TimeSpan.Zero,
        });
        var elapsed = entries.Max(static entry => entry.StopDuration is { } duration ? entry.Offset + duration : (TimeSpan?)null);
        return new StopReport(root.Name, entries, elapsed ?? TimeSpan.Zero) { Forgotten = root.Forgotten };
    }
}
