using Microsoft.Extensions.Time.Testing;

namespace StopKit.Testing;

/// <summary>The waits of one worker. The lock of <see cref="Clocks"/> guards it.</summary>
internal sealed class WorkerWaits
{
    internal List<PendingWait> Pending { get; } = [];
}

/// <summary>One wait: for a stop, and until a timestamp of the clock if it has one.</summary>
internal sealed record PendingWait(Clocks Clocks, WorkerWaits Waits, StopSource Source, FakeTimeProvider? Clock, long? Due) : IDisposable
{
    public bool Equals(PendingWait? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>Gets a value indicating whether nothing has ended it; what has been ended may not go on yet.</summary>
    internal bool IsBlocked => !Source.IsStopRequested && (Due is null || Clock!.GetTimestamp() < Due);

    public void Dispose() => Clocks.End(this);
}

/// <summary>Moves the time on of one run, to the next timer, when every worker of it waits.</summary>
internal sealed class Clocks
{
    private readonly object _gate = new();
    private readonly HashSet<WorkerWaits> _workers = [];
    private readonly TestClock _own = new();
    private int _isMoving;
    private long _changes;

    internal Clocks() => _own.TimerSet = MoveSoon;

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

    internal WorkerWaits Add()
    {
        var waits = new WorkerWaits();
        lock (_gate)
            _workers.Add(waits);
        return waits;
    }

    internal void Remove(WorkerWaits waits)
    {
        lock (_gate)
            _workers.Remove(waits);
        Interlocked.Increment(ref _changes);
        MoveSoon(); // the others may all be waiting
    }

    internal PendingWait Begin(WorkerWaits waits, StopSource source, TimeProvider clock, TimeSpan timeout)
    {
        var fake = clock as FakeTimeProvider;
        long? due = fake is null || timeout == Timeout.InfiniteTimeSpan ? null : fake.GetTimestamp() + timeout.Ticks;
        var wait = new PendingWait(this, waits, source, fake, due);
        lock (_gate)
            waits.Pending.Add(wait);
        Interlocked.Increment(ref _changes);
        MoveSoon();
        return wait;
    }

    internal void End(PendingWait wait)
    {
        lock (_gate)
            wait.Waits.Pending.Remove(wait);
        Interlocked.Increment(ref _changes);
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

    // On the pool: the caller is about to wait, and what it waits for may not be there yet. Then it comes here again.
    private void MoveSoon()
    {
        lock (_gate)
        {
            if (!EveryWorkerWaits())
                return;
        }

        if (Interlocked.Exchange(ref _isMoving, 1) == 0)
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
            next = isForced || EveryWorkerWaits() ? Next(own) : null;
        if (next is not { } due)
            return false;
        due.Clock.Advance(due.Left);
        return true;
    }

    private bool EveryWorkerWaits() =>
        _workers.Count > 0 && _workers.All(static worker => worker.Pending.Exists(static wait => wait.IsBlocked));

    private (FakeTimeProvider Clock, TimeSpan Left)? Next(TimeSpan? own)
    {
        (FakeTimeProvider Clock, TimeSpan Left)? next = own is { } left ? (_own, left) : null;
        // Of the clocks of users only the waits are known, and not the other timers.
        var others = _workers.SelectMany(static worker => worker.Pending)
            .Where(wait => wait is { Clock: not null, Due: not null } && wait.Clock != _own);
        foreach (var wait in others)
        {
            var until = TimeSpan.FromTicks(wait.Due!.Value - wait.Clock!.GetTimestamp());
            if (until > TimeSpan.Zero && (next is null || until < next.Value.Left))
                next = (wait.Clock, until);
        }

        return next;
    }
}
