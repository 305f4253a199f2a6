using Microsoft.Extensions.Time.Testing;

namespace StopKit.Testing;

/// <summary>
/// Knows which workers of a test wait, and moves the time on, to the next timer, when every one of them does.
/// </summary>
internal sealed class Clocks
{
    private readonly object _gate = new();
    private readonly List<WorkerWaits> _workers = [];
    private readonly TestClock _own = new();
    private readonly List<JoinWait> _joins = [];
    private readonly bool _movesByItself;
    private TaskCompletionSource? _allWait; // there while something waits for that
    private int _restarting; // members that a group is about to start anew, after a pause
    private int _isMoving;
    private long _changes;

    internal Clocks(bool movesByItself)
    {
        _movesByItself = movesByItself;
        _own.TimerSet = LookAround;
    }

    internal TestClock Own => _own;

    /// <summary>Gets a number that changes when anything begins or ends to wait.</summary>
    internal long Changes => Interlocked.Read(ref _changes);

    /// <summary>Gets a value indicating whether only a stop can end the waits of all workers.</summary>
    internal bool OnlyStopIsLeft
    {
        get
        {
            lock (_gate)
                return EveryWorkerWaits() && Next(_own.UntilNext()) is null;
        }
    }

    /// <summary>A task that ends when every worker waits.</summary>
    internal Task WhenAllWait()
    {
        lock (_gate)
        {
            if (EveryWorkerWaits())
                return Task.CompletedTask;
            // Its continuations must not run on the worker that is about to wait.
            _allWait ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _allWait.Task;
        }
    }

    internal WorkerWaits Add(bool isGroup)
    {
        var waits = new WorkerWaits(isGroup);
        lock (_gate)
        {
            _workers.Add(waits);
            if (_restarting > 0)
                _restarting--;
        }

        return waits;
    }

    internal void Remove(WorkerWaits waits)
    {
        lock (_gate)
            _workers.Remove(waits);
        Interlocked.Increment(ref _changes);
        LookAround(); // the others may all be waiting
    }

    internal PendingWait Begin(WorkerWaits waits, StopSource source, TimeProvider clock, TimeSpan timeout, Func<bool> isReleased)
    {
        var fake = clock as FakeTimeProvider;
        long? due = fake is null || timeout == Timeout.InfiniteTimeSpan ? null : fake.GetTimestamp() + timeout.Ticks;
        var wait = new PendingWait(this, waits, source, fake, due, isReleased);
        lock (_gate)
            waits.Pending.Add(wait);
        Interlocked.Increment(ref _changes);
        LookAround();
        return wait;
    }

    internal void End(PendingWait wait)
    {
        lock (_gate)
        {
            // The pause of a group before it starts a member anew: until that has started, something still goes on.
            if (wait.Waits.Pending.Remove(wait) && wait.Waits.IsGroup && !wait.IsStopped)
                _restarting++;
        }

        Interlocked.Increment(ref _changes);
    }

    /// <summary>
    /// Lets the time move by itself while something waits for the end of a worker, up to the limit of that wait.
    /// </summary>
    internal JoinWait BeginJoin(TimeSpan timeout)
    {
        var until = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : _own.GetTimestamp() + timeout.Ticks;
        var join = new JoinWait(this, until);
        lock (_gate)
            _joins.Add(join);
        LookAround();
        return join;
    }

    internal void End(JoinWait join)
    {
        lock (_gate)
            _joins.Remove(join);
    }

    /// <summary>Moves the time on although not every worker is known to wait: nothing has happened for a while.</summary>
    internal bool MoveIfDue()
    {
        var left = _own.UntilNext();
        if (left is null)
            return Move(isForced: true);
        _own.Advance(left.Value);
        return true;
    }

    private void LookAround()
    {
        TaskCompletionSource? allWait;
        bool mayMove;
        lock (_gate)
        {
            mayMove = MayMove();
            if (!(mayMove || _allWait is not null) || !EveryWorkerWaits())
                return;
            (allWait, _allWait) = (_allWait, null);
        }

        allWait?.TrySetResult();
        // On the pool: the caller is about to wait, and what it waits for may not be there yet. Then it comes here again.
        if (mayMove && Interlocked.Exchange(ref _isMoving, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static clocks => clocks.MoveOn(), this, preferLocal: false);
    }

    private void MoveOn()
    {
        // Cleared first: what begins to wait from here on asks for another move.
        Volatile.Write(ref _isMoving, 0);
        while (Move(isForced: false))
        {
            // To the next timer, as long as none of them has set a worker going.
        }
    }

    private bool Move(bool isForced)
    {
        var own = _own.UntilNext(); // not under the gate: the clock has a lock of its own, and its timers come here
        (FakeTimeProvider Clock, TimeSpan Left)? next;
        lock (_gate)
            next = isForced || (MayMove() && EveryWorkerWaits()) ? Next(own) : null;
        if (next is not { } due)
            return false;
        due.Clock.Advance(due.Left);
        return true;
    }

    // A join that has had its time may be on its way yet, and must not make the time go on.
    private bool MayMove() => _movesByItself || _joins.Exists(join => join.Until > _own.GetTimestamp());

    private bool EveryWorkerWaits()
    {
        if (_restarting > 0)
            return false;
        var hasWorkers = false;
        foreach (var worker in _workers)
        {
            // A group has no code that works, but what has ended its pause is about to start a member.
            var waits = worker.IsGroup
                ? worker.Pending.TrueForAll(static wait => wait.IsBlocked)
                : worker.Pending.Exists(static wait => wait.IsBlocked);
            if (!waits)
                return false;
            hasWorkers |= !worker.IsGroup || worker.Pending.Count > 0;
        }

        return hasWorkers;
    }

    private (FakeTimeProvider Clock, TimeSpan Left)? Next(TimeSpan? own)
    {
        (FakeTimeProvider Clock, TimeSpan Left)? next = own is { } left ? (_own, left) : null;
        // Of the clocks of users only the waits are known, and not the other timers.
        foreach (var worker in _workers)
        {
            foreach (var wait in worker.Pending)
            {
                if (wait is not { Clock: not null, Due: not null } || wait.Clock == _own)
                    continue;
                var until = TimeSpan.FromTicks(wait.Due.Value - wait.Clock.GetTimestamp());
                if (until > TimeSpan.Zero && (next is null || until < next.Value.Left))
                    next = (wait.Clock, until);
            }
        }

        return next;
    }
}
