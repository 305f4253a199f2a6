namespace StopKit;

/// <content>Waits and deadlines.</content>
public sealed partial class StopSource
{
    /// <summary>Queues a waiter for the stop; false if the stop was requested, which needs no wait.</summary>
    internal bool TryEnqueue(Waiter waiter)
    {
        var state = MakeState();
        _gate.Enter();
        // Under the gate, as the claim is: either the request finds the waiter, or we find the request.
        var isRunning = !IsStopRequested;
        if (isRunning)
            state.Waiters.Add(waiter);
        _gate.Exit();
        return isRunning;
    }

    /// <summary>Takes a waiter back; false if the stop has taken it.</summary>
    internal bool Dequeue(Waiter waiter)
    {
        if (waiter.WasTaken)
            return false;
        _gate.Enter();
        var wasQueued = State!.Waiters.Remove(waiter);
        _gate.Exit();
        return wasQueued;
    }

    /// <summary>
    /// Gets a handle that is set at stop; made on first use and left to its finalizer, because others may be waiting on
    /// it.
    /// </summary>
    internal WaitHandle StopHandle()
    {
        var state = MakeState();
        if (Volatile.Read(ref state.StopHandle) is { } made)
            return made;
        var candidate = new ManualResetEvent(initialState: false);
        _gate.Enter();
        var handle = state.StopHandle ??= candidate;
        var isStopped = IsStopRequested;
        _gate.Exit();
        if (handle != candidate)
            candidate.Dispose();
        if (isStopped)
            handle.Set(); // the request may have looked before the handle was there
        return handle;
    }

    /// <summary>
    /// Gets a value indicating whether an abort is planned here; one that is planned above does not count.
    /// </summary>
    internal bool HasAbortDeadline => State is { } state && Volatile.Read(ref state.AbortDeadline) is not null;

    /// <summary>The time until the earliest abort that is planned here or above; infinite if none is.</summary>
    internal TimeSpan TimeToAbort() => TimeToAbort(out StopTimer? _);

    /// <summary>
    /// The time until the earliest abort that is planned here or above, and the reason that it will have; infinite and null
    /// if none is.
    /// </summary>
    internal TimeSpan TimeToAbort(out StopReason? reason)
    {
        var least = TimeToAbort(out StopTimer? deadline);
        reason = deadline?.Reason; // made only here: most callers ask for the time alone
        return least;
    }

    private TimeSpan TimeToAbort(out StopTimer? earliest)
    {
        var least = Timeout.InfiniteTimeSpan;
        earliest = null;
        foreach (var source in SelfAndAbove())
        {
            // Without the gate: the deadline itself never changes, and one that comes in this moment counts as later.
            if (source.State is { } state && Volatile.Read(ref state.AbortDeadline) is { Due: var due } deadline)
            {
                var time = source.Context.Time;
                var now = GuardedClock.Timestamp(time);
                var left = due <= now ? TimeSpan.Zero : GuardedClock.Elapsed(time, now, due);
                if (least == Timeout.InfiniteTimeSpan || left < least)
                    (least, earliest) = (left, deadline);
            }
        }

        return least;
    }

    private StopTimer? NoteGrace(TimeSpan? grace, StopReason? abortReason) =>
        grace is { } limit && limit != TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan && !IsAbortRequested
            ? NoteDeadline(StopStage.Aborting, limit, abortReason ?? (object)"grace")
            : null;

    /// <summary>Notes a deadline whose timer is yet to start; null if it comes too late to matter.</summary>
    private StopTimer? NoteDeadline(StopStage stage, TimeSpan delay, object reason)
    {
        var due = DueIn(delay, stage);
        var deadline = new StopTimer(this, stage, reason, delay, due);
        var state = MakeState();
        _gate.Enter();
        ref var place = ref stage == StopStage.Aborting ? ref state.AbortDeadline : ref state.StopDeadline;
        var replaced = place;
        var isEarlier = !_isDisposed && ReasonOf(stage) is null && (replaced is null || due < replaced.Due);
        if (isEarlier)
            place = deadline;
        _gate.Exit();
        if (!isEarlier)
            return null;
        replaced?.Dispose();
        return deadline;
    }

    /// <summary>Tells when a deadline is due, to be compared with others of its stage.</summary>
    private long DueIn(TimeSpan delay, StopStage stage)
    {
        var time = Context.Time;
        // A stop's deadline is only compared with others: the tick, by which the platform's timers go too, costs a quarter of the time.
        return stage == StopStage.Stopping && ReferenceEquals(time, TimeProvider.System)
            ? Environment.TickCount64 + (delay.Ticks / TimeSpan.TicksPerMillisecond)
            : GuardedClock.TimestampIn(time, delay);
    }
}
