using System.Diagnostics.CodeAnalysis;

namespace StopKit;

/// <content>Joining and stopping.</content>
public abstract partial class Worker
{
    /// <summary>Waits, without limit, until the worker has ended.</summary>
    /// <returns>How it ended; the same result each time.</returns>
    /// <exception cref="InvalidOperationException">
    /// The worker was not started, or the caller is the worker itself.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The calling thread was interrupted.</exception>
    public WorkerResult Join()
    {
        TryJoin(Timeout.InfiniteTimeSpan, out var result);
        return result!;
    }

    /// <summary>Waits until the worker has ended or the time is up.</summary>
    /// <param name="timeout">
    /// How long at most, by the worker's clock; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="result">How it ended; null if it has not.</param>
    /// <returns>True if it has ended, which wins a tie; false if the time is up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The worker was not started, or the caller is the worker itself.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The calling thread was interrupted.</exception>
    public bool TryJoin(TimeSpan timeout, [NotNullWhen(true)] out WorkerResult? result)
    {
        Timeouts.Check(timeout);
        ThrowIfNotJoinable();
        result = WaitForEnd(timeout) ? _completion.Task.Result : null;
        if (result is null)
            return false;
        FlushLog();
        return true;
    }

    /// <summary>
    /// Stops the worker: requests it, waits the grace, aborts, waits <see cref="WorkerOptions.AbortPeriod"/>, and if
    /// the worker still has not ended abandons it, with a warning in the log.
    /// </summary>
    /// <remarks>
    /// The warning is event 2004. When an abandoned worker ends later, that is event 2005; if it faulted, event 2003
    /// comes before it, with the same exception.
    /// </remarks>
    /// <param name="grace">
    /// How long from the request to the abort; <see cref="WorkerOptions.Grace"/> if null. Zero aborts at once. Up to 24
    /// days, or infinite.
    /// </param>
    /// <returns>
    /// How it ended; <see cref="WorkerOutcome.Abandoned"/> if it has not, <see cref="WorkerOutcome.NotRun"/> if it was
    /// never started (and then never will be).
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="grace"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="InvalidOperationException">The caller is the worker itself.</exception>
    /// <exception cref="ThreadInterruptedException">The calling thread was interrupted.</exception>
    public WorkerResult Stop(TimeSpan? grace = null)
    {
        var limit = CheckStop(grace);
        return StopFor(StopReason.Requested(), limit);
    }

    /// <summary>Does what <see cref="Stop"/> does, without blocking a thread.</summary>
    /// <param name="grace">
    /// How long from the request to the abort; <see cref="WorkerOptions.Grace"/> if null. Zero aborts at once. Up to 24
    /// days, or infinite.
    /// </param>
    /// <returns>A task that ends with the result of <see cref="Stop"/>; it never faults.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="grace"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="InvalidOperationException">The caller is the worker itself.</exception>
    public Task<WorkerResult> StopAsync(TimeSpan? grace = null)
    {
        var limit = CheckStop(grace);
        return StopForAsync(StopReason.Requested(), limit);
    }

    /// <summary>Stops the worker with its options' grace, and waits for its end like <see cref="Stop"/>.</summary>
    /// <remarks>
    /// Called by the worker itself it requests the stop and returns. A worker that was not started never will be. The
    /// result is in <see cref="Completion"/> and in the log.
    /// </remarks>
    public void Dispose()
    {
        GC.SuppressFinalize(this); // a derived class may have a finalizer
        if (!BeginDispose())
            return;
        StopFor(StopReason.Disposed(Name), Options.Grace);
        EndDispose();
    }

    /// <summary>Does what <see cref="Dispose"/> does, without blocking a thread.</summary>
    /// <returns>A task that ends when the worker has ended or was abandoned.</returns>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this); // a derived class may have a finalizer
        if (!BeginDispose())
            return;
        await StopForAsync(StopReason.Disposed(Name), Options.Grace).ConfigureAwait(false);
        EndDispose();
    }

    internal TimeSpan ProcessExitLimit => Options.CleanUpLimit;

    /// <summary>
    /// Asks the worker to stop because the process exits, and waits for its end, both within
    /// <see cref="ProcessExitLimit"/>.
    /// </summary>
    internal void StopForProcessExit()
    {
        RequestStop(StopReason.ProcessExit(), ProcessExitLimit);
        WaitForEnd(ProcessExitLimit);
    }

    /// <summary>Blocks until the worker has ended; false if <paramref name="timeout"/> expired first.</summary>
    internal virtual bool WaitForEnd(TimeSpan timeout) => WaitFor(Completion, timeout);

    /// <summary>
    /// Blocks until a task that never fails has ended; false if <paramref name="timeout"/> expired first, by the
    /// worker's clock.
    /// </summary>
    private bool WaitFor(Task task, TimeSpan timeout)
    {
        // The system's clock needs no timer, so this also works while the thread pool is exhausted.
        if (ReferenceEquals(Options.TimeProvider, TimeProvider.System) || timeout == Timeout.InfiniteTimeSpan)
            return task.Wait(Timeouts.WholeMilliseconds(timeout));
        return WaitForAsync(task, timeout).GetAwaiter().GetResult();
    }

    /// <summary>
    /// Waits until a task has ended; false if <paramref name="timeout"/> expired first, by the worker's clock.
    /// </summary>
    private protected async Task<bool> WaitForAsync(Task task, TimeSpan timeout)
    {
        var wait = AsyncWaiter.ForAsync(task, other: null, timeout, Options.TimeProvider);
        using (StopProbe.Joins(Source, timeout))
            await wait.ConfigureAwait(false);
        return task.IsCompleted;
    }

    private TimeSpan CheckStop(TimeSpan? grace)
    {
        if (grace is { } limit)
            Timeouts.Check(limit, nameof(grace));
        ThrowIfCallerInside("stop");
        return grace ?? Options.Grace;
    }

    private WorkerResult StopFor(StopReason reason, TimeSpan grace)
    {
        var result = EndOrAbandon(reason, grace);
        FlushLog();
        return result;
    }

    private async Task<WorkerResult> StopForAsync(StopReason reason, TimeSpan grace)
    {
        var result = await EndOrAbandonAsync(reason, grace, isAgain: true).ConfigureAwait(false);
        if (HasUnwrittenLog)
            await BackgroundWriter.FlushForMomentAsync().ConfigureAwait(false);
        return result!;
    }

    /// <summary>
    /// Gives the log a moment after the end, so that a caller that looks at it finds the worker's lines there.
    /// </summary>
    private void FlushLog()
    {
        if (HasUnwrittenLog)
            BackgroundWriter.Flush(BackgroundWriter.Moment);
    }

    private bool HasUnwrittenLog => Logger is GuardedLogger || StopKitMeter.HasPending;

    private WorkerResult EndOrAbandon(StopReason reason, TimeSpan grace)
    {
        if (FinishUnstarted(reason))
            return Completion.Result;
        Volatile.Write(ref _graceTicks, grace.Ticks); // before the request: a group reads it at once
        // In the background, because a callback that blocks must not hold us beyond our limit. The grace has a timer too,
        // which needs the pool.
        var callbacks = Source.RequestStopInBackground(reason, grace);
        if (!WaitForEnd(grace))
        {
            Source.RequestAbortInBackground(StopReason.Deadline(grace, "grace"));
            if (!WaitForEnd(Options.AbortPeriod))
                return Abandon();
        }

        WaitFor(callbacks, Options.AbortPeriod);
        return Completion.Result;
    }

    /// <summary>
    /// Stops the worker and returns how it ended, or how things stand when it is given up: then null if another one had
    /// given it up, unless <paramref name="isAgain"/> asks for it again.
    /// </summary>
    private async Task<WorkerResult?> EndOrAbandonAsync(StopReason reason, TimeSpan grace, bool isAgain)
    {
        if (!FinishUnstarted(reason))
        {
            Volatile.Write(ref _graceTicks, grace.Ticks); // before the request, as above, and apart, as above
            var callbacks = Source.RequestStopInBackground(reason, grace);
            if (!await WaitForAsync(Completion, grace).ConfigureAwait(false))
            {
                _ = Source.RequestAbortInBackground(StopReason.Deadline(grace, "grace"));
                if (!await WaitForAsync(Completion, Options.AbortPeriod).ConfigureAwait(false))
                    return Abandon(isAgain);
            }

            await WaitForAsync(callbacks, Options.AbortPeriod).ConfigureAwait(false);
        }

        return await Completion.ConfigureAwait(false);
    }

    /// <summary>Ends a worker that was not started, so that it never will run; false if it was.</summary>
    internal bool FinishUnstarted(StopReason reason)
    {
        lock (_completion)
        {
            if (_phase != WorkerPhase.Created)
                return false;
            _phase = WorkerPhase.Withdrawn; // from here on Start does not run it any more
        }

        FinishWithdrawn(reason);
        return true;
    }

    /// <summary>Gives up waiting: says how things stand, and in the log which worker is left behind.</summary>
    internal WorkerResult Abandon() => Abandon(isAgain: true)!;

    /// <summary>Gives up waiting on behalf of a group; says nothing if that was said before.</summary>
    internal void AbandonOnce() => Abandon(isAgain: false);

    /// <summary>Called when a stop has given up waiting for the worker for the first time.</summary>
    private protected virtual void OnAbandoned()
    {
        // Only a group has others to give up.
    }

    private WorkerResult? Abandon(bool isAgain)
    {
        var isFirst = false;
        lock (_completion)
        {
            // It may have ended just now; then that is the truth. Looked at and marked in one step, as its end is.
            if (_result is not null)
                return _result;
            if (_phase == WorkerPhase.Running)
            {
                _phase = WorkerPhase.Abandoned;
                isFirst = true;
            }
        }

        if (isFirst)
            OnAbandoned();
        else if (!isAgain)
            return null;
        var result = Result(WorkerOutcome.Abandoned, exception: null);
        if (isFirst && IsLateItself)
            WorkerMetrics.Abandoned(); // however many have waited for it
        WorkerLog.Abandoned(Logger, result);
        if (isFirst)
            _membership?.OnAbandoned(); // after the log names it, because the group may stop now
        return result;
    }

    private void FinishWithdrawn(StopReason reason)
    {
        Source.RequestStop(reason);
        Finish(WorkerOutcome.NotRun, exception: null);
    }

    /// <summary>Notes the dispose; true if there is a worker to stop and to wait for.</summary>
    private bool BeginDispose()
    {
        if (IsCallerWithin)
        {
            // Not noted: its owner's Dispose still has to wait.
            RequestStop(StopReason.Disposed(Name), Options.Grace);
            return false;
        }

        var before = WorkerPhase.Disposed;
        lock (_completion)
        {
            before = _phase;
            if (before is WorkerPhase.Created or WorkerPhase.Withdrawn or WorkerPhase.Finished)
                _phase = WorkerPhase.Disposed; // from here on Start throws
        }

        if (before == WorkerPhase.Created)
            FinishWithdrawn(StopReason.Disposed(Name));
        // One that was abandoned was waited for as long as its options say: a second time would be no better.
        return before is WorkerPhase.Starting or WorkerPhase.Running;
    }

    private void EndDispose()
    {
        lock (_completion)
        {
            if (_phase == WorkerPhase.Finished)
                _phase = WorkerPhase.Disposed;
        }
    }

    internal void ThrowIfNotJoinable()
    {
        if (_phase == WorkerPhase.Created)
            throw new InvalidOperationException($"Worker '{Name}' was not started, so it would never end. Start it before joining it.");
        ThrowIfCallerInside("join");
    }

    private void ThrowIfCallerInside(string verb)
    {
        if (IsCallerWithin && !Completion.IsCompleted)
        {
            throw new InvalidOperationException(
                $"Worker '{Name}' cannot {verb} itself: it would wait for its own end. Call RequestStop and return instead.");
        }
    }
}
