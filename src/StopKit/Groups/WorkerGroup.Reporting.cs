namespace StopKit;

/// <content>How things stand in the group and all below it.</content>
public partial class WorkerGroup
{
    /// <summary>
    /// Gets what a group is asked after its stop: how each member ended, which are late, how long it took; before that,
    /// how things stand.
    /// </summary>
    public StopReport Report => StopReport.Of(this);

    /// <summary>
    /// Makes a report: how each member ended, which are late, how long the stop took; before a stop, how things stand.
    /// </summary>
    /// <returns>What <see cref="Report"/> gets.</returns>
    public StopReport GetReport() => StopReport.Of(this);

    /// <summary>
    /// Gets the exit code that <see cref="StopApp"/> would return for a program of this group alone: 0 if it completed
    /// or stopped in time, 1 if it failed,
    /// the code of an <see cref="ExitException"/>, 124 if it took longer than its grace; null if it has not ended.
    /// </summary>
    public int? ExitCode => Completion.IsCompletedSuccessfully ? ProgramExitCode.Of(Completion.Result) : null;

    internal override bool HasLate => base.HasLate || HasLateMember;

    // A member that waits for the group it is in waits for itself. One that has ended is no part of it any more.
    internal override bool IsCallerWithin =>
        base.IsCallerWithin || HasMember(static worker => worker.IsCallerWithin && !worker.Completion.IsCompleted);

    private protected override bool IsLateItself => !HasLateMember;

    private bool HasLateMember => HasMember(static worker => worker.HasLate);

    internal override IReadOnlyList<(string Path, Worker Leaf, WorkerResult Result)> Leaves(string path)
    {
        (string Name, Worker Worker)[] members;
        lock (_lock)
            members = [.. _roster.Members.Select(static member => (member.Name, member.Worker))];
        var leaves = members.SelectMany(member => member.Worker.Leaves($"{path}/{member.Name}")).ToList();
        // While it has no member that runs it is a leaf itself: it waits for its first one, to start one anew, or for its own cleanup.
        // Looked at after the members, and by what their lines say: one that ends in between would leave neither its line nor the group's.
        if (leaves.TrueForAll(static leaf => leaf.Result.Outcome is not (WorkerOutcome.Abandoned or WorkerOutcome.Running))
            && Snapshot() is var own && State == WorkerState.Running)
        {
            leaves.Add((path, this, own));
        }

        return leaves;
    }

    internal override IReadOnlyDictionary<WorkerOutcome, long> Forgotten
    {
        get
        {
            Worker[] workers;
            Dictionary<WorkerOutcome, long> forgotten;
            lock (_lock)
            {
                forgotten = new(_roster.Forgotten);
                workers = [.. _roster.Members.Select(static member => member.Worker)];
            }

            foreach (var (outcome, count) in workers.SelectMany(static worker => worker.Forgotten))
                forgotten[outcome] = forgotten.GetValueOrDefault(outcome) + count;
            return forgotten;
        }
    }

    private bool HasMember(Predicate<Worker> predicate)
    {
        lock (_lock)
        {
            foreach (var member in _roster.Members)
            {
                if (predicate(member.Worker))
                    return true;
            }
        }

        return false;
    }
}
