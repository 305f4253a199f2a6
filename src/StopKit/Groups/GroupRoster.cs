namespace StopKit;

/// <summary>
/// The members that a group's report names, in the order in which they were added. The group's lock guards it.
/// </summary>
/// <remarks>
/// Of the members that end while the group runs, the last few hundred that ended well and as many that did not are
/// kept; earlier ones are only
/// counted, so that a group which runs for months and has a member for each request stays as small as it was.
/// </remarks>
internal sealed class GroupRoster
{
    private const int MostEnded = 256; // of each kind

    // Linked, because a member that is forgotten may stand anywhere among very many that run.
    private readonly LinkedList<GroupMember> _members = new();
    private readonly Dictionary<string, int> _names = []; // each name in use, and the last number that was put behind it
    private readonly Queue<LinkedListNode<GroupMember>> _endedWell = new();
    private readonly Queue<LinkedListNode<GroupMember>> _endedBadly = new();
    private readonly Dictionary<WorkerOutcome, long> _forgotten = [];

    internal int Count => _members.Count;

    /// <summary>The members that are kept, oldest first.</summary>
    internal IEnumerable<GroupMember> Members => _members;

    /// <summary>Those that are not kept any more, by how they ended.</summary>
    internal IReadOnlyDictionary<WorkerOutcome, long> Forgotten => _forgotten;

    /// <summary>
    /// Adds a member and gives it its name: the worker's, or if that is taken <c>name#2</c>, <c>name#3</c> and so on.
    /// </summary>
    internal void Add(GroupMember member)
    {
        member.Name = FreeName(member.Worker);
        member.Place = _members.AddLast(member);
    }

    /// <summary>Notes that a worker which was made anew may have another name than the one before it.</summary>
    internal void Rename(GroupMember member, Worker before)
    {
        // The number behind it stays too: a line of the report is found by its path.
        if (SafeText.PathSegment(member.Worker.Name) == SafeText.PathSegment(before.Name))
            return;
        _names.Remove(member.Name);
        member.Name = FreeName(member.Worker);
    }

    /// <summary>
    /// Notes the end of a member while the group runs, and forgets the oldest of that kind if there are enough.
    /// </summary>
    /// <returns>The member that was forgotten; null if there is none.</returns>
    internal GroupMember? End(GroupMember member, WorkerOutcome outcome)
    {
        var ended = outcome is WorkerOutcome.Completed or WorkerOutcome.Stopped or WorkerOutcome.NotRun ? _endedWell : _endedBadly;
        ended.Enqueue(member.Place!);
        if (ended.Count <= MostEnded)
            return null;
        var oldest = ended.Dequeue();
        if (oldest.Value.Worker.HasLate)
        {
            ended.Enqueue(oldest); // a group that left a member behind: its line stays until that one has ended
            return null;
        }

        _members.Remove(oldest);
        _names.Remove(oldest.Value.Name);
        return oldest.Value;
    }

    /// <summary>Counts what a forgotten member leaves: itself, or of a group each of its members.</summary>
    internal void CountForgotten(WorkerOutcome outcome, long count = 1) =>
        _forgotten[outcome] = _forgotten.GetValueOrDefault(outcome) + count;

    private string FreeName(Worker worker)
    {
        var name = SafeText.PathSegment(worker.Name);
        if (_names.TryAdd(name, 1))
            return name;
        string numbered;
        do
            numbered = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}#{++_names[name]}");
        while (!_names.TryAdd(numbered, 1)); // a worker may itself be called "name#2"
        return numbered;
    }
}
