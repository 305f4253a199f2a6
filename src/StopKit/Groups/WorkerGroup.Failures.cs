using System.Runtime.ExceptionServices;

namespace StopKit;

/// <content>What becomes of a member that has ended: it is counted, it stops the group, or it is restarted.</content>
public partial class WorkerGroup
{
    private const int MostFailures = 100;

    private readonly List<Exception> _failures = [];
    private readonly HashSet<GroupMember> _pausing = []; // members that wait for their restart; a stop takes them off itself
    private StopReason? _firstFailure;
    private ExitException? _exit;
    private long _moreFailures;

    /// <summary>Raised after a member was made anew and started, on a thread of the pool.</summary>
    /// <remarks>
    /// What a handler throws is logged, and is no failure of the member. One that blocks holds up nothing but itself.
    /// </remarks>
    public event EventHandler<MemberRestartedEventArgs>? MemberRestarted;

    private protected override WorkerOutcome Judge(Exception? exception)
    {
        if (HasLateMember)
            return WorkerOutcome.Abandoned;
        // A member's verdict stands: a cancellation that was foreign to it is not the group's own.
        return exception is null or ExitException ? base.Judge(exception) : WorkerOutcome.Faulted;
    }

    internal void OnMemberEnded(GroupMember member, WorkerResult result)
    {
        TimeSpan? pause = null;
        var failure = result.Outcome is WorkerOutcome.Faulted or WorkerOutcome.Abandoned ? result.Exception : null;
        var isAgain = failure is not null || (result.Outcome == WorkerOutcome.Completed && member.Policy.RestartsCompleted);
        lock (_lock)
        {
            if (!_isRunning)
            {
                member.EndedUnstarted = true;
                return;
            }

            if (isAgain && !_isClosed && !Source.IsStopRequested)
            {
                pause = member.Account(result.Duration);
                if (pause is null && failure is null && member.CanRestart)
                    failure = new InvalidOperationException($"Worker '{result.Name}' completed more often than its policy starts it anew.");
            }

            if (pause is not null)
                _pausing.Add(member);
            else if (failure is null)
                TakeOff(member, result.Outcome);
            if (result.Outcome == WorkerOutcome.Exited)
                _exit ??= new ExitException(result.ExitCode!.Value, result.Exception!.Message);
        }

        if (pause is { } backoff)
            _ = RestartAsync(member, backoff, failure);
        else if (failure is not null)
            Fail(member, failure);
    }

    /// <summary>Takes note of a failure that no restart makes good, and lets go of the member.</summary>
    internal void Fail(GroupMember member, Exception failure)
    {
        StopReason? reason = null;
        lock (_lock)
        {
            Keep(failure);
            if (member.Policy.StopsGroup)
                reason = _firstFailure ??= StopReason.WorkerFailed(member.Worker.Name, failure);
        }

        // In the background, because a stop callback may block, or even wait for us. The member goes only after the stop:
        // it may be the last one.
        if (reason is not null)
            Source.RequestStopInBackground(reason, Timeout.InfiniteTimeSpan);
        lock (_lock)
        {
            _pausing.Remove(member); // of one whose restart failed: the stop must not count it again
            TakeOff(member, WorkerOutcome.Faulted);
        }
    }

    /// <summary>
    /// Does what the policy says of a member that was not ready in time, without waiting for its end: it may be blocked.
    /// </summary>
    /// <remarks>One that can be restarted is, once it has ended: nothing is started over it.</remarks>
    internal void OnNotReady(GroupMember member, TimeoutException notReady)
    {
        if (!member.CanRestart)
            FailUnended(member, notReady);
    }

    /// <summary>
    /// Lets no order wait for a member that was given up: if it was not ready in time, it has failed and cannot be
    /// restarted; if it was stopped by itself, the start goes on.
    /// </summary>
    internal void OnMemberAbandoned(GroupMember member)
    {
        if (member.Worker.NotReady is { } notReady)
        {
            // If no order waits, the restart does, until this one has ended.
            if (HoldsUpStart(member))
                FailUnended(member, notReady);
            return;
        }

        lock (_lock)
            member.GiveUpReadiness();
    }

    /// <summary>Does what the policy says of a member that has failed and has not ended.</summary>
    private void FailUnended(GroupMember member, TimeoutException notReady)
    {
        StopReason? reason = null;
        lock (_lock)
        {
            if (_isClosed || Source.IsStopRequested)
                return;
            Keep(notReady);
            if (member.Policy.StopsGroup)
                reason = _firstFailure ??= StopReason.WorkerFailed(member.Worker.Name, notReady);
            else
                member.GiveUpReadiness();
        }

        if (reason is not null)
            Source.RequestStopInBackground(reason, Timeout.InfiniteTimeSpan); // as above
    }

    /// <summary>
    /// Keeps a failure for the group's result; of very many, which a group that goes on may have, the first. Called
    /// under the lock.
    /// </summary>
    private void Keep(Exception failure)
    {
        if (_failures.Contains(failure))
            return; // of a member that was not ready, and has ended now
        if (_failures.Count < MostFailures)
            _failures.Add(failure);
        else
            _moreFailures++;
    }

    private async Task RestartAsync(GroupMember member, TimeSpan pause, Exception? failure)
    {
        try
        {
            if (failure is not null && member.Worker.HasLate && HoldsUpStart(member))
            {
                // The late one may never end, and what waits for this member would not be started: no restart makes that good.
                Fail(member, failure);
                return;
            }

            await LateOnesEndedAsync(member.Worker).ConfigureAwait(false);
            GroupLog.MemberRestarts(Logger, member.Worker.Name, pause);
            await Source.Token.WaitAsync(pause).ConfigureAwait(false);
            lock (_lock)
            {
                if (Source.IsStopRequested || !_pausing.Remove(member))
                    return; // the stop takes it off, or has
            }

            var worker = member.Make();
            if (!Source.IsStopRequested)
            {
                lock (_lock)
                {
                    var before = member.Worker;
                    member.Replace(worker);
                    _roster.Rename(member, before);
                }

                GroupMetrics.Restarted();
                // Made before the start: it may fail at once and be counted again.
                var restarted = new MemberRestartedEventArgs(worker.Path, worker, member.Restarts, failure);
                member.Start();
                Raise(restarted);
                return;
            }

            // Asked to stop while the factory was at work. The report keeps the one that failed.
            worker.FinishUnstarted(Source.Reason!);
        }
#pragma warning disable CA1031 // a factory that throws is a failure of the member like any other, and past restarting
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(member, exception);
        }
    }

    private void Raise(MemberRestartedEventArgs args)
    {
        try
        {
            MemberRestarted?.Invoke(this, args);
        }
#pragma warning disable CA1031 // a handler that throws is no failure of the member, which runs
        catch (Exception exception)
#pragma warning restore CA1031
        {
            GroupLog.HandlerFailed(Logger, args.Path, exception);
        }
    }

    /// <summary>Waits until nothing of a group that has ended runs any more, or until the stop.</summary>
    private async Task LateOnesEndedAsync(Worker worker)
    {
        if (!worker.HasLate)
            return;
        var stop = Source.Token.WaitAsync(Timeout.InfiniteTimeSpan).AsTask();
        while (worker.HasLate && !stop.IsCompleted)
        {
            var late = worker.Leaves(worker.Name).Where(static leaf => leaf.Leaf.HasLate).ToList();
            GroupLog.RestartWaits(Logger, worker.Name, late.Count);
            await Task.WhenAny(Task.WhenAll(late.Select(static leaf => leaf.Leaf.Completion)), stop).ConfigureAwait(false);
        }
    }

    private void ThrowFailures()
    {
        lock (_lock)
        {
            if (_moreFailures > 0)
                throw new AggregateException(
                    $"{_failures.Count + _moreFailures} failures, of which the first {_failures.Count} are kept; the log has them all.",
                    _failures);
            if (_failures.Count > 1)
                throw new AggregateException(_failures);
            if (_failures.Count == 1)
                ExceptionDispatchInfo.Throw(_failures[0]);
            if (_exit is not null)
                throw _exit;
        }
    }
}
