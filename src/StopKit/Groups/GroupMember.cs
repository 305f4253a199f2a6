namespace StopKit;

/// <summary>
/// A worker's place in a group, which lasts over restarts. Starts and ends of one member never overlap.
/// </summary>
internal sealed class GroupMember(
    WorkerGroup group, GroupStage stage, Worker worker, Func<Worker>? factory, FailurePolicy policy)
    : IMembership
{
    private Worker _worker = worker;
    private TaskCompletionSource? _settled; // made on first use; the group's lock guards it
    private int _onAccount;
    private int _restarts;
    private bool _willNotBeReady; // it does not run, or its limit is over and the group goes on without it

    public Worker Group => group;

    /// <summary>The name in paths. The group's lock guards a change, by a restart.</summary>
    public string Name { get; internal set; } = "";

    // Without the lock: each is a moment's answer, and a member that is let go never comes back.
    public bool MayRestart => !IsOver && group.MayRestart;

    public int Restarts => Volatile.Read(ref _restarts); // a report may be read while the worker is made anew

    internal FailurePolicy Policy { get; } = policy;

    internal GroupStage Stage { get; } = stage;

    /// <summary>Where the member stands in the group's roster.</summary>
    internal LinkedListNode<GroupMember>? Place { get; set; }

    /// <summary>The worker that runs, or ran last.</summary>
    internal Worker Worker => Volatile.Read(ref _worker); // as above

    /// <summary>True if the worker was stopped before the group started. The group's lock guards it.</summary>
    internal bool EndedUnstarted { get; set; }

    /// <summary>
    /// Tells whether the next order need not wait for this member: it is ready, or will not run any more. The group's
    /// lock guards it.
    /// </summary>
    internal bool IsSettled => IsOver || _willNotBeReady || Worker.IsReady;

    private bool IsOver { get; set; }

    public void OnEnded(WorkerResult result) => group.OnMemberEnded(this, result);

    public void OnAbandoned() => group.OnMemberAbandoned(this);

    /// <summary>
    /// Starts the worker; it throws nothing, so that no member which was started before is left without its group.
    /// </summary>
    internal void Start()
    {
        StopProbe.Inherit(group.Source, Stage.Source); // a stage hangs on its group for aborts alone, and so is told of no probe
        // Why it was not started, if so, needs no look: the group is told of its end, as NotRun or Faulted.
        _ = Worker.StartBelow(Stage.Source, this);
        _willNotBeReady = Worker.State == WorkerState.Created; // it is being stopped or disposed, and has not told us yet
        if (Worker.IsReady || _willNotBeReady)
            group.Settle(this); // one that was added while its order is started may be waited for before this
        else
            _ = SettleWhenReadyAsync(Worker.WhenReady);
    }

    /// <summary>Gives the place to a worker that was made anew. The group's lock guards it.</summary>
    internal void Replace(Worker worker)
    {
        Volatile.Write(ref _worker, worker);
        Volatile.Write(ref _restarts, _restarts + 1);
    }

    /// <summary>A task that ends when the member, which is not settled yet, is; called under the group's lock.</summary>
    internal Task WhenSettled()
    {
        _settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _settled.Task;
    }

    /// <summary>Tells what waits for it if the member is settled; called under the group's lock.</summary>
    internal void Settle()
    {
        if (IsSettled)
            _settled?.TrySetResult();
    }

    /// <summary>Notes that the member will not run any more; called under the group's lock.</summary>
    /// <returns>False if it was noted before.</returns>
    internal bool TryEnd()
    {
        if (IsOver)
            return false;
        IsOver = true;
        _settled?.TrySetResult();
        return true;
    }

    /// <summary>Tells whether a failure may be answered by a restart.</summary>
    internal bool CanRestart => Policy.Limit > 0 && factory is not null;

    /// <summary>Puts one restart on the account; returns the pause before it, or null if there is none.</summary>
    internal TimeSpan? Account(TimeSpan ranFor)
    {
        if (!CanRestart)
            return null;
        var healthyPeriods = ranFor.Ticks / Policy.HealthyAfter.Ticks;
        _onAccount = (int)Math.Max(0, _onAccount - healthyPeriods) + 1;
        return _onAccount > Policy.Limit ? null : Policy.Pause(_onAccount);
    }

    /// <summary>Makes the worker anew, for this place and not started.</summary>
    internal Worker Make()
    {
        var worker = factory!() ?? throw new InvalidOperationException("The factory returned no worker.");
        group.Admit(this, worker);
        return worker;
    }

    /// <summary>Notes that the group goes on without it; called under the group's lock.</summary>
    internal void GiveUpReadiness()
    {
        _willNotBeReady = true;
        _settled?.TrySetResult();
    }

    // If it ends before it is ready, the group's policy decides what comes then. If it does not even end, the limit has
    // to do, or of one that can be restarted, that it is given up.
    private async Task SettleWhenReadyAsync(Task whenReady)
    {
        await whenReady.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (whenReady.IsCompletedSuccessfully)
            group.Settle(this);
        else if (whenReady.Exception?.InnerException is TimeoutException notReady)
            group.OnNotReady(this, notReady);
    }
}
