namespace StopKit;

/// <content>The ordered stop.</content>
public partial class WorkerGroup
{
    private ExecutionContext? _flow; // written before the group listens for its stop
    private GroupContext? _stageContext;
    private StopSignal? _stopSignal; // there while the ordered stop runs; what may end one of its waits sets it

    /// <summary>Wakes the ordered stop, if it runs, to look again at how much time is left.</summary>
    internal void OnAbortMoved()
    {
        lock (_lock)
            _stopSignal?.Set();
    }

    /// <summary>Makes the stop of the group's token begin the ordered stop.</summary>
    /// <remarks>By a waiter, which is released before any callback runs: those of others may block.</remarks>
    private void ListenForStop()
    {
        if (!Source.TryEnqueue(new Starter(this)))
            BeginStop();
    }

    /// <summary>
    /// Begins the ordered stop, on a thread of its own: the pool may be exhausted, and the caller is the one that
    /// requests the stop.
    /// </summary>
    private void BeginStop()
    {
        try
        {
            // Without the flow of the request, to which the group does not belong.
            new Thread(static group => ((WorkerGroup)group!).StopInFlow()) { Name = "StopKit group stop", IsBackground = true }
                .UnsafeStart(this);
        }
        catch (OutOfMemoryException) // what a thread that cannot be had is told by
        {
            ThreadPool.UnsafeQueueUserWorkItem(static group => group.StopInFlow(), this, preferLocal: false);
        }
    }

    /// <summary>
    /// Stops the members in the flow that started the group: its log scopes and activities hold here too.
    /// </summary>
    private void StopInFlow()
    {
        if (_flow is null)
        {
            StopMembers(); // the flow was suppressed at the start
            return;
        }

        ExecutionContext.Run(
            _flow,
            static group =>
            {
                LeaveFlow(); // the starter may be a worker; this thread is no part of it
                ((WorkerGroup)group!).StopMembers();
            },
            this);
    }

    private void StopMembers()
    {
        try
        {
            var signal = new StopSignal(Options.TimeProvider);
            var (hadEnded, unstarted) = Close(signal);
            if (!hadEnded)
                _ = Source.Token.Observes(); // the group has seen its stop
            foreach (var member in unstarted)
                member.Worker.FinishUnstarted(Source.Reason!);
            var stages = StagesToStop();
            if (stages.Count > 0)
                StopStages(stages, signal);
        }
#pragma warning disable CA1031 // a clock of the user's that throws must not end the process from this thread
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (_lock)
                Keep(exception);
            AbortBySystemClock(exception);
        }

        // Continues on this thread with the group's cleanup and its end.
        _membersEnded.TrySetResult();
    }

    /// <summary>Ends a stop whose clock has failed: all are aborted, and given up after the abort period.</summary>
    private void AbortBySystemClock(Exception exception)
    {
        var signal = new StopSignal(TimeProvider.System);
        lock (_lock)
            _stopSignal = signal;
        Source.RequestAbortInBackground(StopReason.WorkerFailed(Name, exception));
        var start = TimeProvider.System.GetTimestamp();
        signal.WaitUntil(
            () => HasEnded(stage: null),
            () => Timeouts.Left(Options.AbortPeriod, TimeProvider.System.GetElapsedTime(start)));
        if (!HasEnded(stage: null))
            OnAbandoned();
    }

    private void StopStages(List<GroupStage> stages, StopSignal signal)
    {
        // Hears of an abort before its callbacks run; a callback of our own might come after one that blocks.
        using var abort = new StopSource(_stageContext!);
        Source.Adopt(abort, abortOnly: true);
        abort.TryEnqueue(signal);
        StopContext.BeginToListenForDeadlines();
        try
        {
            StopInOrder(stages, signal);
        }
        finally
        {
            StopContext.EndToListenForDeadlines();
        }
    }

    private void StopInOrder(List<GroupStage> stages, StopSignal signal)
    {
        var reason = Source.Reason!;
        var (budget, abortReason) = StopBudget();
        // Noted as the source's own deadline: its timer aborts even if we are held up, and child groups see what is left.
        Source.RequestStopInBackground(reason, budget, abortReason);
        for (var index = 0; index < stages.Count && !Source.IsAbortRequested; index++)
        {
            var (stage, stagesLeft) = (stages[index], stages.Count - index);
            // In the background, because a callback that blocks must not keep the other stages from being asked.
            stage.Source.HandDownInBackground(reason, abort: null);
            var start = Options.TimeProvider.GetTimestamp();
            signal.WaitUntil(() => HasEnded(stage) || Source.IsAbortRequested, () => Share(start, stagesLeft));
        }

        signal.WaitUntil(() => HasEnded(stage: null) || Source.IsAbortRequested, Source.TimeToAbort);
        if (HasEnded(stage: null))
            return;
        Source.TimeToAbort(out var due); // an earlier deadline may have come meanwhile, here or above
        Source.RequestAbortInBackground(due ?? abortReason);
        var abortStart = Options.TimeProvider.GetTimestamp();
        signal.WaitUntil(
            () => HasEnded(stage: null), () => Timeouts.Left(Options.AbortPeriod, Options.TimeProvider.GetElapsedTime(abortStart)));
        OnAbandoned();
    }

    /// <summary>Gives up every member that has not ended, so that the report calls it late.</summary>
    private protected override void OnAbandoned()
    {
        foreach (var (_, leaf, _) in Leaves(Name).Where(leaf => leaf.Leaf != this && leaf.Leaf.HasLate))
            leaf.AbandonOnce();
    }

    /// <summary>
    /// What is left for a stage of its equal share: of what was left when it was asked, by the deadline as it is now.
    /// </summary>
    private TimeSpan Share(long start, int stagesLeft)
    {
        var left = Source.TimeToAbort();
        if (left == Timeout.InfiniteTimeSpan)
            return left;
        var elapsed = Options.TimeProvider.GetElapsedTime(start);
        return Timeouts.Left((left + elapsed) / stagesLeft, elapsed);
    }

    /// <summary>
    /// Closes the group to new members, takes off those that wait for a restart, and returns those that were not
    /// started.
    /// </summary>
    private (bool HadEnded, List<GroupMember> Unstarted) Close(StopSignal signal)
    {
        lock (_lock)
        {
            var hadEnded = _isClosed;
            _isClosed = true;
            _stopSignal = signal;
            foreach (var member in _pausing)
                TakeOff(member);
            _pausing.Clear();
            return (hadEnded, TakeUnstarted());
        }
    }

    /// <summary>The stages that have members to stop, highest order first.</summary>
    private List<GroupStage> StagesToStop()
    {
        lock (_lock)
            return [.. _stages.Values.Where(static stage => stage.Alive > 0).Reverse()];
    }

    /// <summary>Tells whether all members of a stage, or of the group, have ended.</summary>
    private bool HasEnded(GroupStage? stage)
    {
        lock (_lock)
            return (stage?.Alive ?? _alive) == 0;
    }

    private sealed class Starter(WorkerGroup group) : Waiter
    {
        internal override void Release() => group.BeginStop();
    }
}
