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

    public void OnEnded(WorkerResult result) => group.OnMemberEnded(this, result);

    internal void Start(TimeProvider time)
    {
        _startedAt = time.GetTimestamp();
        try
        {
            Worker.StartBelow(Stage.Source);
        }
#pragma warning disable CA1031 // no thread was to be had: the worker has ended as faulted, and the group's policy has been asked
        catch (Exception) when (Worker.State == WorkerState.Finished)
#pragma warning restore CA1031
        {
            // As above.
        }
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

    internal void Renew()
    {
        var worker = factory!() ?? throw new InvalidOperationException("The factory returned no worker.");
        worker.JoinGroup(this);
        Worker = worker;
    }
}
