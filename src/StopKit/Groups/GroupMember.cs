namespace StopKit;

/// <summary>A worker's place in a group, which lasts over restarts. Starts and ends of one member never overlap, so nothing but <see cref="Worker"/> is shared.</summary>
internal sealed class GroupMember(WorkerGroup group, GroupStage stage, Worker worker, Func<Worker>? factory) : IMembership
{
    private Worker _worker = worker;
    private int _failures;

    public Worker Group => group;

    /// <summary>The name in paths. The group's lock guards a change, by a restart.</summary>
    public string Name { get; internal set; } = "";

    internal GroupStage Stage { get; } = stage;

    /// <summary>Where the member stands in the group's roster.</summary>
    internal LinkedListNode<GroupMember>? Place { get; set; }

    /// <summary>The worker that runs, or ran last.</summary>
    internal Worker Worker
    {
        get => Volatile.Read(ref _worker);
        set => Volatile.Write(ref _worker, value); // a report may be read while the worker is made anew
    }

    /// <summary>True if somebody stopped the worker before the group started. The group's lock guards it.</summary>
    internal bool EndedUnstarted { get; set; }

    public void OnEnded(WorkerResult result) => group.OnMemberEnded(this, result);

    /// <summary>Starts the worker; it throws nothing, so that no member which was started before is left without its group.</summary>
    internal void Start()
    {
        // Why it was not started, if so, needs no look: the group is told of its end, as NotRun or Faulted.
        _ = Worker.StartBelow(Stage.Source, this);
    }

    /// <summary>Puts one failure on the account; returns the pause before a restart, or null if there is none.</summary>
    internal TimeSpan? Fail(FailurePolicy policy, TimeSpan ranFor)
    {
        if (policy.Limit == 0 || factory is null)
            return null;
        var healthyPeriods = ranFor.Ticks / policy.HealthyAfter.Ticks;
        _failures = (int)Math.Max(0, _failures - healthyPeriods) + 1;
        return _failures > policy.Limit ? null : policy.Pause(_failures);
    }

    /// <summary>Makes the worker anew, for this place and not started.</summary>
    internal Worker Make()
    {
        var worker = factory!() ?? throw new InvalidOperationException("The factory returned no worker.");
        group.Admit(this, worker);
        return worker;
    }
}
