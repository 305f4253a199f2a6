using System.Diagnostics;

namespace StopKit;

/// <summary>The descendants of a process on Linux. One that was seen is kept hold of, also after its parent has ended.</summary>
/// <remarks>
/// A process belongs to the tree if its parent does, if it is in a session that a member leads (only descendants of the leader can be), or if it
/// bears the mark. One that has left the tree before the first look, and has neither, cannot be told from a stranger. The caller itself never belongs to
/// it, nor does what hangs below the caller, even if the caller is a descendant of the root.
/// </remarks>
internal sealed class LinuxTree(LinuxProcess? root, string? mark, long number = LimitMark.None) : IDisposable
{
    private const int CostFactor = 10; // looking takes at most a tenth of the time

    private readonly Dictionary<ProcessStamp, LinuxProcess> _living = [];
    private readonly List<int> _killed = [];
    private readonly HashSet<int> _sessions = [];
    private long _lookedAt;
    private TimeSpan _cost;

    /// <summary>Gets a value indicating whether there is a mark, by which descendants are found that have left the tree.</summary>
    internal bool IsMarked => mark is not null;

    /// <summary>Gets why the last look for new ones while the root was alive, or a later one, failed; null if they did not.</summary>
    internal IOException? LookFailure { get; private set; }

    /// <summary>Gets the descendants that have not ended, as far as was seen.</summary>
    internal IReadOnlyCollection<LinuxProcess> Living => _living.Values;

    /// <summary>Gets those that have ended after they were killed.</summary>
    internal IReadOnlyList<int> Killed => _killed;

    /// <summary>Gets a value indicating whether it is time to look for new ones.</summary>
    internal bool IsLookDue => Stopwatch.GetElapsedTime(_lookedAt) >= _cost * CostFactor;

    /// <summary>Gets those whose parents are no longer in the tree, so that none in it will ask them to stop.</summary>
    internal IEnumerable<LinuxProcess> Orphans()
    {
        var parents = _living.Values.Select(static process => process.Id).ToHashSet();
        if (root is { HasEnded: false })
            parents.Add(root.Id);
        return _living.Values.Where(process => !parents.Contains(process.Entry.ParentId)).ToList();
    }

    /// <summary>Looks which of the known ones have ended.</summary>
    internal void LookAtLiving()
    {
        foreach (var process in _living.Values)
        {
            if (process.Look())
                LetGo(process);
        }
    }

    /// <summary>Looks at everything that runs now, and takes hold of new members; true if there were any.</summary>
    /// <remarks>If it cannot, the stop goes on with those that are known, and <see cref="LookFailure"/> is set.</remarks>
    internal bool LookAtAll()
    {
        try
        {
            var hasGrown = LookAt(ProcessTable.Read());
            if (root is { HasEnded: false })
                LookFailure = null; // otherwise what was not seen may have become an orphan, which no look finds
            return hasGrown;
        }
        catch (IOException e)
        {
            LookFailure = e;
            _lookedAt = Stopwatch.GetTimestamp();
            return false;
        }
    }

    private bool LookAt(ProcessTable table)
    {
        (_lookedAt, _cost) = (Stopwatch.GetTimestamp(), table.Cost);
        foreach (var process in _living.Values)
        {
            // A second look at one that is not there: none is given up because a folder was listed while it changed.
            if (process.Look(table.Find(process.Id) ?? ProcessEntry.Read(process.Id)))
                LetGo(process);
        }

        if (root is { HasEnded: false } && table.Find(root.Id) is { } rootEntry)
            root.Look(rootEntry);
        return AdoptAll(table);
    }

    public void Dispose()
    {
        foreach (var process in _living.Values)
            process.Dispose();
    }

    private bool AdoptAll(ProcessTable table)
    {
        var children = table.Entries.Where(static entry => !entry.HasEnded).ToLookup(static entry => entry.ParentId);
        var before = _living.Count;
        var parents = new Queue<ProcessEntry>(_living.Values.Select(static process => process.Entry));
        if (root is { HasEnded: false })
            parents.Enqueue(root.Entry);
        foreach (var parent in parents)
            RememberSession(parent, table);
        AdoptBelow(parents, children, table);

        foreach (var entry in table.Entries)
        {
            if (Belongs(entry) && Adopt(entry, parent: null) is { } adopted)
            {
                RememberSession(adopted, table);
                AdoptBelow(new Queue<ProcessEntry>([adopted]), children, table);
            }
        }

        _sessions.RemoveWhere(session => !table.Entries.Any(entry => entry.SessionId == session));
        return _living.Count > before;
    }

    private void AdoptBelow(Queue<ProcessEntry> parents, ILookup<int, ProcessEntry> children, ProcessTable table)
    {
        while (parents.TryDequeue(out var parent))
        {
            foreach (var child in children[parent.Id])
            {
                // No child is older than its parent: that one's parent had the same id and is gone.
                if (child.Identity.StartTicks < parent.Identity.StartTicks || Adopt(child, parent) is not { } adopted)
                    continue;
                RememberSession(adopted, table);
                parents.Enqueue(adopted);
            }
        }
    }

    // The id of a session is given to nobody else while it has members, and is forgotten when it has none.
    private void RememberSession(ProcessEntry entry, ProcessTable table)
    {
        if (entry.SessionId == entry.Id && table.Find(Environment.ProcessId)?.SessionId != entry.SessionId)
            _sessions.Add(entry.SessionId);
    }

    private bool Belongs(ProcessEntry entry) =>
        !entry.HasEnded && (_sessions.Contains(entry.SessionId)
            || (mark is not null && entry.HasMark(mark))
            || (number != LimitMark.None && entry.LimitMark() == number));

    private ProcessEntry? Adopt(ProcessEntry entry, ProcessEntry? parent)
    {
        if (entry.Id == Environment.ProcessId || entry.Identity == root?.Identity || _living.ContainsKey(entry.Identity))
            return null;
        if (LinuxProcess.Open(entry.Identity) is not { } process)
            return null;
        // A table is not made in one moment: the parent's id may have become another's before the child was read.
        if (process.HasEnded || (parent is not null && ProcessEntry.Read(parent.Id) is { } now && now.Identity != parent.Identity))
        {
            process.Dispose();
            return null;
        }

        _living.Add(entry.Identity, process);
        return entry;
    }

    private void LetGo(LinuxProcess process)
    {
        if (process.IsKilled)
            _killed.Add(process.Id);
        _living.Remove(process.Identity); // a dictionary allows this while it is enumerated
        process.Dispose();
    }
}
