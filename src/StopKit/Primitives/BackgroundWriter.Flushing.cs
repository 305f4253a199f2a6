namespace StopKit;

/// <content>Waiting, for a bounded time, until what was queued is written.</content>
internal sealed partial class BackgroundWriter
{
    /// <summary>
    /// How long the end of a worker waits for its log lines, so that code which looks at a log after <c>Stop()</c> sees
    /// them.
    /// </summary>
    internal static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the exit of the process waits for log lines.</summary>
    internal static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(1);

    private FlushMark? _flushes; // guarded by the gate

    /// <summary>
    /// Waits until all that was queued before the call is written, but no longer than <paramref name="limit"/>, in real
    /// time.
    /// </summary>
    /// <returns>
    /// True if it is. False at once if the only things that are not written are stuck: a flush has timed out on them,
    /// and they have not moved since. False at once, too, on a writer thread, which would wait for itself.
    /// </returns>
    internal static bool Flush(TimeSpan limit)
    {
        if (!_isStarting)
            return true;
        var start = TimeProvider.System.GetTimestamp();
        return Started.Task.Wait(limit)
            && OfProcess.Writer.FlushFor(Timeouts.Left(limit, TimeProvider.System.GetElapsedTime(start)));
    }

    /// <summary>Does what <see cref="Flush"/> does within a <see cref="Moment"/>, without blocking a thread.</summary>
    internal static async Task FlushForMomentAsync()
    {
        if (!_isStarting)
            return;
        await Started.Task.WaitAsync(Moment, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_isStarted)
            await OfProcess.Writer.FlushForMomentCoreAsync().ConfigureAwait(false);
    }

    internal bool FlushFor(TimeSpan limit)
    {
        if (BeginFlush(out var isWritten) is not { } mark)
            return isWritten;
        // In two steps: one logger that blocks must not keep a long flush, as that at the exit, from the lines of the others.
        var first = limit < Moment ? limit : Moment;
        if (!mark.Passed.Wait(first) && limit > first)
        {
            ReplaceBlocked(after: Moment / 2);
            mark.Passed.Wait(limit - first);
        }

        return EndFlush(mark);
    }

    private async Task FlushForMomentCoreAsync()
    {
        if (BeginFlush(out _) is not { } mark)
            return;
        await mark.Passed.WaitAsync(Moment, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        EndFlush(mark);
    }

    /// <returns>A mark to wait for and to end; null if there is nothing to wait for.</returns>
    private FlushMark? BeginFlush(out bool isWritten)
    {
        isWritten = false;
        if (_isWriting)
            return null;
        StartIfNone(); // if no thread was to be had before
        var mark = new FlushMark();
        _gate.Enter();
        mark.Number = _lastNumber;
        isWritten = OldestUnwritten(withStuck: true) > mark.Number;
        // With no thread, or one that is stuck and could not be replaced, only what replaced threads hold moves.
        var canMove = _current is { Writing: not { Lane.IsStuck: true } };
        var isNeeded = (canMove ? OldestUnwritten(withStuck: false) : OldestHeld(withStuck: false)) <= mark.Number;
        if (isNeeded)
        {
            mark.Next = _flushes;
            _flushes = mark;
        }

        _gate.Exit();
        return isNeeded ? mark : null;
    }

    private bool EndFlush(FlushMark mark)
    {
        _gate.Enter();
        var isPassed = mark.Passed.IsCompleted;
        if (!isPassed)
        {
            Unlist(mark);
            MarkStuck(_current);
            for (var thread = _replaced; thread is not null; thread = thread.NextReplaced)
                MarkStuck(thread);
        }

        var isWritten = OldestUnwritten(withStuck: true) > mark.Number;
        _gate.Exit();
        if (!isPassed)
            ReplaceBlocked(after: Moment / 2); // after the marks: later flushes pass over a stuck thread, and would not replace it
        return isWritten;

        // Half of the limit, because the tick is coarse.
        static void MarkStuck(WriterThread? thread)
        {
            if (thread is not null && thread.IsBlockedFor(Moment / 2))
                thread.Writing!.Lane.IsStuck = true;
        }
    }

    /// <summary>
    /// Gets the number of the oldest entry that is not written; beyond all of them if there is none. Called under the
    /// gate.
    /// </summary>
    private long OldestUnwritten(bool withStuck) =>
        Math.Min(OldestHeld(withStuck), Math.Min(_pending.Oldest?.Number ?? long.MaxValue, _current?.Oldest ?? long.MaxValue));

    // Of the entries that the replaced threads write. Called under the gate.
    private long OldestHeld(bool withStuck)
    {
        var oldest = long.MaxValue;
        for (var thread = _replaced; thread is not null; thread = thread.NextReplaced)
        {
            if (withStuck || !thread.OwnLane!.IsStuck)
                oldest = Math.Min(oldest, thread.Oldest);
        }

        return oldest;
    }

    /// <summary>Takes the flushes that have nothing to wait for any more, as a chain. Called under the gate.</summary>
    private FlushMark? TakePassedFlushes()
    {
        if (_flushes is null)
            return null;
        FlushMark? passed = null;
        var oldest = OldestUnwritten(withStuck: false);
        for (var mark = _flushes; mark is not null;)
        {
            var next = mark.Next;
            if (mark.Number < oldest)
            {
                Unlist(mark);
                mark.Next = passed;
                passed = mark;
            }

            mark = next;
        }

        return passed;
    }

    private void Unlist(FlushMark mark)
    {
        if (_flushes == mark)
        {
            _flushes = mark.Next;
            return;
        }

        for (var before = _flushes; before is not null; before = before.Next)
        {
            if (before.Next == mark)
            {
                before.Next = mark.Next;
                return;
            }
        }
    }

    /// <summary>
    /// A place in the order of the entries that a flush waits for; the gate guards its place in the list.
    /// </summary>
    private sealed class FlushMark
    {
        private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal long Number { get; set; }

        internal FlushMark? Next { get; set; }

        internal Task Passed => _passed.Task;

        /// <summary>Lets a chain of flushes go on.</summary>
        internal static void PassAll(FlushMark? chain)
        {
            for (; chain is not null; chain = chain.Next)
                chain._passed.TrySetResult();
        }
    }
}
