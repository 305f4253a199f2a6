using System.ComponentModel;

namespace StopKit;

/// <summary>Workers that are started in order, stopped in reverse order, and answer for each other.</summary>
/// <remarks>
/// <code>
/// Created ──Start: lowest order first──▶ Running ──stop, or a member failed──▶ stopping: highest order first
///                                           └──all members have ended────────▶ cleaning up ──▶ Finished
/// </code>
/// <para>
/// The grace is a budget for the whole group: a stage may use its equal share of what is left, then the next one is
/// asked too; a
/// shorter grace that comes later makes the shares smaller. When all is used up, all members are aborted. Those that
/// have not ended
/// an <see cref="WorkerOptions.AbortPeriod"/> later are abandoned and named in <see cref="Report"/>. A child group gets
/// what is left
/// of its parent's grace, or its own if that is less.
/// </para>
/// <para>
/// The ordered stop runs on a thread of its own that is made for it, so it needs no free thread of the pool while the
/// clock is the
/// system's. The pool is needed by members that are tasks, by restarts, by a cleanup that awaits, and by the end of a
/// group whose
/// members have all ended by themselves.
/// </para>
/// <para>
/// With members that report when they are ready (<see cref="WorkerOptions.ReportsReady"/>) an order is started when all
/// of the one before are ready,
/// or will not run any more; Start returns before that. The group is ready when all its members are. A stop ends what
/// was not started as not run.
/// A member without a clock or a logger of its own has the group's.
/// </para>
/// <para>
/// A group that has members ends when they have all ended; an empty one waits for its first member or its stop. Its
/// outcome
/// is <see cref="WorkerOutcome.Abandoned"/> if it left a member behind, <see cref="WorkerOutcome.Faulted"/> if one
/// failed and was not restarted,
/// <see cref="WorkerOutcome.Exited"/> if one left with an exit code, and otherwise that of any worker. A stop that
/// comes while a member
/// waits for its restart is no failure: that fault is in the log and in the member's line of the report, not in the
/// group's result.
/// Groups nest up to 256 deep. Thread safety and life cycle: see <see cref="Worker"/>.
/// </para>
/// <para>The ideas are Erlang's supervisors and the "nursery" of structured concurrency.</para>
/// </remarks>
public partial class WorkerGroup : AsyncWorker
{
    private readonly object _lock = new(); // never held while a member starts or stops
    private readonly GroupRoster _roster = new();
    private readonly SortedList<int, GroupStage> _stages = [];

    // Without the flag for asynchronous continuations: on the thread of the stop the group's end needs no other thread.
    private readonly TaskCompletionSource _membersEnded = new(TaskCreationOptions.None);
    private readonly FailurePolicy _policy;
    private int _alive;
    private bool _isRunning;
    private bool _isClosed;

    /// <summary>Makes a group; call <see cref="Worker.Start"/> to start its members.</summary>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="policy">What to do when a member fails; <see cref="FailurePolicy.StopGroup"/> if null.</param>
    /// <param name="options">
    /// The options of the group itself, and of the members that are added as a body; the defaults if null.
    /// </param>
    public WorkerGroup(string? name = null, FailurePolicy? policy = null, WorkerOptions? options = null)
        : base(options, name) => _policy = policy ?? FailurePolicy.StopGroup;

    /// <summary>Does not compile: it would start an <see cref="AsyncWorker"/>.</summary>
    /// <param name="name">Not used.</param>
    /// <param name="body">Not used.</param>
    /// <param name="stop">Not used.</param>
    /// <param name="options">Not used.</param>
    /// <returns>Nothing.</returns>
    [Obsolete(
        "This would start an AsyncWorker, not a group. Make a group, add the body to it and start it, or call AsyncWorker.Start.",
        error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static new AsyncWorker Start(
        string name, Func<StopToken, Task>? body, StopToken stop = default, WorkerOptions? options = null) =>
        throw new NotSupportedException();

    // The options of a group are those of its bodies too, which each have the limit.
    private protected override bool HasReadyLimit => false;

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(StopToken stop)
    {
        await _membersEnded.Task.ConfigureAwait(false);
        ThrowFailures();
    }

    private protected override void Launch()
    {
        lock (_lock)
        {
            // A member that was stopped before this has told of its end already.
            foreach (var member in _roster.Members.Where(static member => !member.EndedUnstarted))
                Await(member);
            _isRunning = true;
            _starting = int.MinValue; // what is added from here on waits for the orders before its own
            _isClosed = _alive == 0 && _roster.Count > 0;
        }

        // On the calling thread, and not from the pool: it only waits for the end of the members, and no code of others runs in it.
        _ = ExecuteAsync();
        _flow = ExecutionContext.Capture();
        ListenForStop();
        if (_isClosed)
            EndByItself();
        _ = StartInOrderAsync();
    }

    private protected override void OnFinishing()
    {
        bool wasRun;
        lock (_lock)
        {
            _isClosed = true; // from here on neither the stages nor the members change
            wasRun = _isRunning;
        }

        // Not under the lock: the members that were left behind move up to our parents, and may be stopped there at once,
        // callbacks and all.
        foreach (var stage in _stages.Values)
            stage.Source.Dispose();
        if (wasRun)
            return;

        // The group was stopped before it started, and so were its members.
        foreach (var member in _roster.Members)
            member.Worker.FinishUnstarted(Source.Reason!);
    }

    /// <summary>Counts a member that has ended; called under the lock, by the one that took note of its end.</summary>
    private void TakeOff(GroupMember member)
    {
        if (!member.TryEnd())
            return; // by the stop, while its restart failed
        var isLast = --_alive == 0;
        var isLastOfStage = --member.Stage.Alive == 0;
        if (isLast && !_isClosed)
        {
            _isClosed = true;
            EndByItself();
        }

        if (isLastOfStage)
            _stopSignal?.Set();
    }

    /// <summary>
    /// Counts a member that has ended, and forgets the oldest of many that ended before it; called under the lock.
    /// </summary>
    private void TakeOff(GroupMember member, WorkerOutcome outcome)
    {
        TakeOff(member);
        // What ends during the stop, or as the last one, belongs to the report of the stop, however many these are.
        if (_isClosed || Source.IsStopRequested || _roster.End(member, outcome) is not { Worker: var forgotten })
            return;
        foreach (var (_, _, result) in forgotten.Leaves(forgotten.Name))
            _roster.CountForgotten(result.Outcome);
        foreach (var (earlier, count) in forgotten.Forgotten)
            _roster.CountForgotten(earlier, count);
    }

    /// <summary>
    /// Ends a group whose members have all ended, on the pool: the caller is the last member, which must not run the
    /// group's cleanup.
    /// </summary>
    private void EndByItself() =>
        ThreadPool.UnsafeQueueUserWorkItem(static group => group._membersEnded.TrySetResult(), this, preferLocal: false);
}
