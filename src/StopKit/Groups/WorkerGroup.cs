using System.Runtime.ExceptionServices;

namespace StopKit;

/// <summary>Workers that are started in order, stopped in reverse order, and answer for each other.</summary>
/// <remarks>
/// <code>
/// Created ──Start: members by ascending order──▶ Running ──stop, or a member failed──▶ stopping: stage by stage, highest order first
///                                                   └──all members have ended─────────────▶ cleaning up ──▶ Finished
/// </code>
/// <para>
/// The grace is a budget for the whole group: a stage may use its equal share of what is left, then the next one is asked too; when all is
/// used up everybody is aborted, and who has not ended an <see cref="WorkerOptions.AbortPeriod"/> later is abandoned and named in
/// <see cref="Report"/>. A child group gets what is left of its parent's grace, or its own if that is less.
/// </para>
/// <para>
/// A group that has members ends when they have all ended; an empty one waits for its first member or its stop. Its outcome
/// is <see cref="WorkerOutcome.Abandoned"/> if it left a member behind, <see cref="WorkerOutcome.Faulted"/> if one failed and was not restarted,
/// <see cref="WorkerOutcome.Exited"/> if one left with an exit code, and otherwise that of any worker. Thread safety and life cycle: see <see cref="Worker"/>.
/// </para>
/// <para>The ideas are Erlang's supervisors and the "nursery" of structured concurrency.</para>
/// </remarks>
public partial class WorkerGroup : AsyncWorker
{
    private readonly object _lock = new(); // never held while a member starts or stops
    private readonly List<GroupMember> _members = [];
    private readonly SortedList<int, GroupStage> _stages = [];
    private readonly List<Exception> _failures = [];
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FailurePolicy _policy;
    private StopReason? _firstFailure;
    private ExitException? _exit;
    private int _alive;
    private bool _isRunning;
    private bool _isClosed;

    /// <summary>Makes a group; call <see cref="Worker.Start"/> to start its members.</summary>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="policy">What to do when a member fails; <see cref="FailurePolicy.StopGroup"/> if null.</param>
    /// <param name="options">The options of the group itself, and of the members that are added as a body; the defaults if null.</param>
    public WorkerGroup(string? name = null, FailurePolicy? policy = null, WorkerOptions? options = null)
        : base(name, options) => _policy = policy ?? FailurePolicy.StopGroup;

    /// <summary>Gets what a group is asked after its stop: how each member ended, who is late, how long it took; before that, how things stand.</summary>
    public StopReport Report => StopReport.Of(this);

    internal override bool HasLate => base.HasLate || HasLateMember;

    // A member that waits for the group it is in waits for itself. One that has ended is no part of it any more.
    internal override bool IsCallerWithin => base.IsCallerWithin || HasMember(static worker => worker.IsCallerWithin && !worker.Completion.IsCompleted);

    private protected override bool IsLateItself => !HasLateMember;

    private bool HasLateMember => HasMember(static worker => worker.HasLate);

    /// <summary>Adds a worker; if the group is running, starts it.</summary>
    /// <param name="worker">The worker, not started; the group starts it once, so a restart policy cannot make it anew.</param>
    /// <param name="order">Lower orders start first and stop last; equal orders start and stop together. 0 by default.</param>
    /// <returns>True if it was added; false if the group is stopping or has ended: the worker is not started then.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="worker"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The worker was started or stopped, is in a group already, or is this group or one around it.</exception>
    public bool Add(Worker worker, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return Add(worker, factory: null, order);
    }

    /// <summary>Adds a worker that is made by a factory, so that a restart policy can make it anew; if the group is running, starts it.</summary>
    /// <param name="factory">Makes a new worker; called once now, and once for each restart.</param>
    /// <param name="order">Lower orders start first and stop last; equal orders start and stop together. 0 by default.</param>
    /// <returns>True if it was added; false if the group is stopping or has ended: the worker is not started then.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The factory returned null, or a worker that was started or stopped, or is in a group already.</exception>
    public bool Add(Func<Worker> factory, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(factory() ?? throw new InvalidOperationException("The factory returned no worker."), factory, order);
    }

    /// <summary>Adds a <see cref="ThreadWorker"/> that runs a body; if the group is running, starts it.</summary>
    /// <param name="name">The worker's name; <c>ThreadWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on a thread of its own.</param>
    /// <param name="order">Lower orders start first and stop last; equal orders start and stop together. 0 by default.</param>
    /// <returns>True if it was added; false if the group is stopping or has ended: the worker is not started then.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public bool Add(string name, Action<StopToken> body, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Add(() => new ThreadWorker.BodyWorker(name, body, Options), order);
    }

    /// <summary>Adds an <see cref="AsyncWorker"/> that runs a body; if the group is running, starts it.</summary>
    /// <param name="name">The worker's name; <c>AsyncWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on the thread pool.</param>
    /// <param name="order">Lower orders start first and stop last; equal orders start and stop together. 0 by default.</param>
    /// <returns>True if it was added; false if the group is stopping or has ended: the worker is not started then.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public bool Add(string name, Func<StopToken, Task> body, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Add(() => new AsyncWorker.BodyWorker(name, body, Options), order);
    }

    internal override IReadOnlyList<(string Path, Worker Leaf, WorkerResult Result)> Leaves(string path)
    {
        Worker[] workers;
        lock (_lock)
            workers = [.. _members.Select(static member => member.Worker)];
        var leaves = workers.SelectMany(worker => worker.Leaves($"{path}/{worker.Name}")).ToList();
        // While it has no member that runs it is a leaf itself: it waits for its first one, to start one anew, or for its own cleanup.
        // Looked at after the members, and by what their lines say: one that ends in between would leave neither its line nor the group's.
        if (leaves.TrueForAll(static leaf => leaf.Result.Outcome is not (WorkerOutcome.Abandoned or WorkerOutcome.Running)) && Snapshot() is var own && State == WorkerState.Running)
            leaves.Add((path, this, own));
        return leaves;
    }

    internal void OnMemberEnded(GroupMember member, WorkerResult result)
    {
        TimeSpan? pause = null;
        StopReason? stopReason = null;
        var last = default(Last);
        var failure = result.Outcome is WorkerOutcome.Faulted or WorkerOutcome.Abandoned ? result.Exception : null;
        lock (_lock)
        {
            if (!_isRunning)
            {
                member.EndedUnstarted = true;
                return;
            }

            if (failure is not null && !_isClosed && !IsStopRequestedUnseen)
                pause = member.Fail(_policy, Options.TimeProvider);
            if (failure is not null && pause is null)
                stopReason = Note(result.Name, failure);
            if (result.Outcome == WorkerOutcome.Exited)
                _exit ??= new ExitException(result.ExitCode!.Value, result.Exception!.Message);
            if (pause is null && stopReason is null)
                last = TakeOff(member);
        }

        if (pause is { } backoff)
        {
            GroupLog.MemberRestarts(Logger, result.Name, backoff);
            _ = RestartAsync(member, failure!, backoff);
        }
        else if (stopReason is not null)
        {
            _ = StopAndLetGoAsync(member, stopReason);
        }
        else
        {
            Tell(member, last);
        }
    }

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(StopToken stop)
    {
        // Not a callback: those of others may come first, and block.
        await Task.WhenAny(_allEnded.Task, stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask()).ConfigureAwait(false);
        if (!_allEnded.Task.IsCompleted)
            await StopMembersAsync(stop).ConfigureAwait(false);

        lock (_lock)
        {
            if (_failures.Count > 1)
                throw new AggregateException(_failures);
            if (_failures.Count == 1)
                ExceptionDispatchInfo.Throw(_failures[0]);
            if (_exit is not null)
                throw _exit;
        }
    }

    private protected override WorkerOutcome Judge(Exception? exception)
    {
        if (HasLateMember)
            return WorkerOutcome.Abandoned;
        // A member's verdict stands: a cancellation that was foreign to it is not the group's own.
        return exception is null or ExitException ? base.Judge(exception) : WorkerOutcome.Faulted;
    }

    private protected override void Launch()
    {
        GroupMember[] members;
        lock (_lock)
        {
            // Stable: equal orders as they were added. Who was stopped before this has told of its end already.
            members = [.. _members.Where(static member => !member.EndedUnstarted).OrderBy(static member => member.Stage.Order)];
            _isRunning = true;
            _isClosed = members.Length == 0 && _members.Count > 0;
            _alive = members.Length;
            foreach (var member in members)
                member.Stage.Alive++;
        }

        if (_isClosed)
            _allEnded.TrySetResult();
        base.Launch();
        foreach (var member in members)
            member.Start(Options.TimeProvider);
    }

    private protected override void OnFinishing()
    {
        bool wasRun;
        lock (_lock)
        {
            _isClosed = true; // from here on neither the stages nor the members change
            wasRun = _isRunning;
        }

        // Not under the lock: who was left behind moves up to our parents, and may be stopped there at once, callbacks and all.
        foreach (var stage in _stages.Values)
            stage.Source.Dispose();
        if (wasRun)
            return;

        // The group was stopped before it started, and so were its members.
        foreach (var member in _members)
            member.Worker.FinishUnstarted(Source.Reason!);
    }

    private bool Add(Worker worker, Func<Worker>? factory, int order)
    {
        for (Worker? around = this; around is not null; around = around.Group)
        {
            if (around == worker)
                throw new InvalidOperationException($"Group '{worker.Name}' cannot be in itself.");
        }

        GroupMember member;
        lock (_lock)
        {
            if (_isClosed || IsStopRequestedUnseen)
                return false;
            if (!_stages.TryGetValue(order, out var stage))
                _stages.Add(order, stage = new GroupStage(order, Source, StopContext.For(Options.TimeProvider, logger: null)));
            member = new GroupMember(this, stage, worker, factory);
            worker.JoinGroup(member);
            _members.Add(member);
            if (!_isRunning)
                return true;
            _alive++;
            stage.Alive++;
        }

        member.Start(Options.TimeProvider); // if the group has been asked to stop meanwhile, it ends as not run
        return true;
    }

    private async Task RestartAsync(GroupMember member, Exception failure, TimeSpan pause)
    {
        StopReason? stopReason;
        try
        {
            if (!await BodyToken.WaitAsync(pause).ConfigureAwait(false))
            {
                var worker = member.Make();
                if (!IsStopRequestedUnseen)
                {
                    member.Start(worker, Options.TimeProvider);
                    return;
                }

                // Asked to stop while the factory was at work. The report keeps the one that failed; the new one lets go by its end.
                lock (_lock)
                    Note(member.Worker.Name, failure);
                worker.FinishUnstarted(Source.Reason!);
                return;
            }

            lock (_lock)
                stopReason = Note(member.Worker.Name, failure);
        }
#pragma warning disable CA1031 // a factory that throws is a failure of the member like any other, and past restarting
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (_lock)
                stopReason = Note(member.Worker.Name, exception);
        }

        await StopAndLetGoAsync(member, stopReason).ConfigureAwait(false);
    }

    /// <summary>Keeps a failure for the group's result; returns why the group stops, which is its first failure, or null if it goes on.</summary>
    private StopReason? Note(string worker, Exception failure)
    {
        _failures.Add(failure);
        return _policy.StopsGroup ? _firstFailure ??= StopReason.WorkerFailed(worker, failure) : null;
    }

    private async Task StopAndLetGoAsync(GroupMember member, StopReason? reason)
    {
        if (reason is not null)
        {
            // Apart, because a stop callback may block, or even wait for us. But let go only after we have the reason: this may be the last member.
            _ = Task.Run(() => RequestStop(reason));
            await BodyToken.WaitAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        }

        LetGo(member);
    }

    private bool HasMember(Predicate<Worker> predicate)
    {
        lock (_lock)
        {
            foreach (var member in _members)
            {
                if (predicate(member.Worker))
                    return true;
            }
        }

        return false;
    }

    private void LetGo(GroupMember member)
    {
        Last last;
        lock (_lock)
            last = TakeOff(member);
        Tell(member, last);
    }

    /// <summary>Counts a member that has ended; called under the lock.</summary>
    private Last TakeOff(GroupMember member)
    {
        var isLast = --_alive == 0;
        var isLastOfStage = --member.Stage.Alive == 0 && _isClosed;
        _isClosed |= isLast;
        return (isLastOfStage ? Last.OfStage : Last.None) | (isLast ? Last.OfGroup : Last.None);
    }

    /// <summary>Tells who waits for the last member; not under the lock, like all that others run code for.</summary>
    private void Tell(GroupMember member, Last last)
    {
        if ((last & Last.OfStage) != 0)
            member.Stage.SetEmptied();
        if ((last & Last.OfGroup) != 0)
            _allEnded.TrySetResult();
    }

    /// <summary>Of what a member that ended was the last.</summary>
    [Flags]
    private enum Last
    {
        None = 0,
        OfStage = 1,
        OfGroup = 2,
    }
}
