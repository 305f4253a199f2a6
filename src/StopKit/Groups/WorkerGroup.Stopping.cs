namespace StopKit;

/// <content>The ordered stop.</content>
public partial class WorkerGroup
{
    private async Task StopMembersAsync(StopToken stop)
    {
        var reason = stop.Reason!;
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onAbort = stop.OnAbort(static (state, _) => ((TaskCompletionSource)state!).TrySetResult(), aborted);

        var budget = StopBudget();
        // Noted as the source's own deadline: the timer aborts even if we are held up, and child groups see what is left.
        Source.RequestStop(reason, budget);
        var time = Options.TimeProvider;
        var start = time.GetTimestamp();
        foreach (var (stage, stagesLeft) in CloseAndCount())
        {
            if (aborted.Task.IsCompleted)
                break;
            // Apart from this loop, because a callback that blocks must not keep the other stages from being asked.
            _ = Task.Run(() => stage.Source.HandDown(reason, abort: null));
            var left = Left();
            await Any(stage.Emptied, aborted.Task, left == Timeout.InfiniteTimeSpan ? left : left / stagesLeft).ConfigureAwait(false);
        }

        await Any(_allEnded.Task, aborted.Task, Left()).ConfigureAwait(false);
        if (_allEnded.Task.IsCompleted)
            return;
        _ = Task.Run(() => RequestAbort(StopReason.Deadline(budget, "grace"))); // apart, as above
        await Any(_allEnded.Task, other: null, Options.AbortPeriod).ConfigureAwait(false);
        OnAbandoned();

        TimeSpan Left() => Timeouts.Left(budget, time.GetElapsedTime(start));
    }

    /// <summary>Gives up every member that has not ended, so that the report calls it late.</summary>
    private protected override void OnAbandoned()
    {
        foreach (var (_, leaf, _) in Leaves(Name).Where(leaf => leaf.Leaf != this && leaf.Leaf.HasLate))
            leaf.AbandonOnce();
    }

    /// <summary>Closes the group to new members; returns the stages that have anybody to stop, highest order first.</summary>
    private List<(GroupStage Stage, int StagesLeft)> CloseAndCount()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_alive == 0)
                _allEnded.TrySetResult(); // it never had a member, so none tells of its end
            var stages = _stages.Values.Where(static stage => stage.Alive > 0).Reverse().ToList();
            return [.. stages.Select((stage, index) => (stage, stages.Count - index))];
        }
    }

    private Task Any(Task task, Task? other, TimeSpan timeout) => AsyncWaiter.ForAsync(task, other, timeout, Options.TimeProvider);
}
