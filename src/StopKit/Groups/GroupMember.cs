namespace StopKit;

/// <summary>A worker's place in a group, which lasts over restarts. Starts and ends of one member never overlap, so nothing but <see cref="Worker"/> is shared.</summary>
internal sealed class GroupMember(WorkerGroup group, GroupStage stage, Worker worker, Func<Worker>? factory) : IMembership
{
    private Worker _worker = worker;
    private int _failures;
    private long _startedAt;

    public Worker Group => group;

    internal GroupStage Stage { get; } = stage;

    /// <summary>The worker that runs, or ran last.</summary>
    internal Worker Worker
    {
        get => Volatile.Read(ref _worker);
        private set => Volatile.Write(ref _worker, value); // a report may be read while the worker is made anew
    }

    /// <summary>True if somebody stopped the worker before the group started. The group's lock guards it.</summary>
    internal bool EndedUnstarted { get; set; }

    public void OnEnded(WorkerResult result) => group.OnMemberEnded(this, result);

    internal void Start(TimeProvider time)
    {
        _startedAt = time.GetTimestamp();
        // Why it was not started, if so, needs no look: the group is told of its end, as NotRun or Faulted.
        _ = Worker.StartBelow(Stage.Source, this);
    }

    /// <summary>Starts a worker that was made anew.</summary>
    internal void Start(Worker worker, TimeProvider time)
    {
        Worker = worker;
        Start(time);
    }

    /// <summary>Puts one failure on the account; returns the pause before a restart, or null if there is none.</summary>
    internal TimeSpan? Fail(FailurePolicy policy, TimeProvider time)
    {
        if (policy.Limit == 0 || factory is null)
            return null;
        var healthyPeriods = time.GetElapsedTime(_startedAt).Ticks / policy.HealthyAfter.Ticks;
        _failures = (int)Math.Max(0, _failures - healthyPeriods) + 1;
        return _failures > policy.Limit ? null : policy.Pause(_failures);
    }

    /// <summary>Makes the worker anew, for this place and not started.</summary>
    internal Worker Make()
    {
        var worker = factory!() ?? throw new InvalidOperationException("The factory returned no worker.");
        worker.JoinGroup(this);
        return worker;
    }
}
