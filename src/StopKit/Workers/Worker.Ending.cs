namespace StopKit;

/// <content>How a worker ends: the verdict on its body, its cleanup, its result.</content>
public abstract partial class Worker
{
    /// <summary>Says how the body ended, at the moment it did.</summary>
    /// <param name="exception">What the body threw, or null if it returned.</param>
    private protected virtual WorkerOutcome Judge(Exception? exception)
    {
        exception = Unwrap(exception);
        if (exception is ExitException)
            return WorkerOutcome.Exited;
        var wasCancelled = exception is OperationCanceledException && Source.IsStopRequested;
        if (exception is not null && !wasCancelled)
            return WorkerOutcome.Faulted;

        // What it sees through a CancellationToken stays hidden. "Completed" promises that all work is done, so in doubt it was stopped.
        if (wasCancelled || _observation.CancellationTokenTaken)
            _observation.OnObserved();
        if (Source.IsAbortRequested)
            return WorkerOutcome.Aborted;
        return _observation.IsObserved ? WorkerOutcome.Stopped : WorkerOutcome.Completed;
    }

    /// <summary>
    /// Opens the scope for the cleanup: it sees its own limit, and an abort that comes while it runs.
    /// </summary>
    /// <remarks>
    /// An abort from before does not count: the cleanup of an aborted worker is bounded by its limit alone.
    /// </remarks>
    private protected StopSource OpenCleanUpScope()
    {
        try
        {
            return Source.IsAbortRequested ? Limited(new StopSource(_observation)) : Source.Token.Shield(Options.CleanUpLimit);
        }
#pragma warning disable CA1031 // a broken clock makes no timer; the cleanup runs all the same, within the same limit by the system's clock
        catch (Exception)
#pragma warning restore CA1031
        {
            return Limited(new StopSource());
        }

        StopSource Limited(StopSource scope)
        {
            StopProbe.Inherit(Source, scope, isShield: true);
            scope.BeginDeadline(Options.CleanUpLimit, "clean-up limit");
            return scope;
        }
    }

    /// <summary>Ends the worker after its cleanup.</summary>
    private protected void End(WorkerOutcome outcome, Exception? bodyException, Exception? cleanUpException)
    {
        if (cleanUpException is not null)
        {
            // A cancellation that the verdict has taken for a stop is no second failure.
            var bodyFailed = outcome is WorkerOutcome.Faulted or WorkerOutcome.Exited;
            outcome = !bodyFailed && Unwrap(cleanUpException) is ExitException ? WorkerOutcome.Exited : WorkerOutcome.Faulted;
            Finish(outcome, bodyFailed ? new AggregateException(bodyException!, cleanUpException) : cleanUpException);
            return;
        }

        // The abort came while it was cleaning up.
        if (outcome == WorkerOutcome.Stopped && Source.IsAbortRequested)
            outcome = WorkerOutcome.Aborted;
        Finish(outcome, outcome is WorkerOutcome.Faulted or WorkerOutcome.Exited or WorkerOutcome.Abandoned ? bodyException : null);
    }

    private void Finish(WorkerOutcome outcome, Exception? exception)
    {
        OnFinishing();
        if (NotReady is { } notReady && outcome is not (WorkerOutcome.NotRun or WorkerOutcome.Abandoned))
        {
            // However it ended then: that it was not ready in time is its failure.
            outcome = WorkerOutcome.Faulted;
            exception = exception is null ? notReady : new AggregateException(exception, notReady);
        }

        var result = Result(outcome, exception);
        bool wasAbandoned;
        lock (_completion)
        {
            if (_result is not null)
                return; // a Stop that came before the start ended it at the same time
            _result = result;
            // Read with the end in one step, as Abandon marks it: either that finds the result, or we find its mark.
            wasAbandoned = _phase == WorkerPhase.Abandoned;
            if (_phase is WorkerPhase.Starting or WorkerPhase.Running or WorkerPhase.Abandoned)
                _phase = WorkerPhase.Finished;
        }

        // From here on nothing can stop it, and nothing above needs to remember it. Not under the lock: scopes that the body left
        // open move up to the parents, and may be stopped there at once, callbacks and all.
        Source.Dispose();

        if (Options.CleanUpOnProcessExit)
            ProcessExitCleanUp.Remove(this);
        if (result.Outcome != WorkerOutcome.NotRun)
        {
            RunningWorkers.Remove(this);
            WorkerMetrics.Ended(result);
        }

        EndReadiness();
        Report(result, wasAbandoned);
        _completion.TrySetResult(result);
        _membership?.OnEnded(result);
        StopProbe.End(Source); // last: until its group has set the timer of a restart, a test's clock must not count it as ended
    }

    /// <summary>How things stand: the result as soon as there is one, also before the completion tells of it.</summary>
    internal WorkerResult Snapshot() => _result ?? Result(
        _phase switch
        {
            WorkerPhase.Running => WorkerOutcome.Running,
            WorkerPhase.Abandoned => WorkerOutcome.Abandoned,
            _ => WorkerOutcome.NotRun,
        },
        exception: null);

    private WorkerResult Result(WorkerOutcome outcome, Exception? exception)
    {
        var now = _observation.Now();
        // Completed: whatever was requested, the worker does not know of it.
        // Not before its start: a stop of many workers has one stamp, and may find one that was started on its way.
        long? requested = outcome != WorkerOutcome.Completed && _observation.Requested is { } stamp ? Math.Max(stamp, _startedAt) : null;
        return new WorkerResult(Name, outcome)
        {
            Reason = outcome == WorkerOutcome.Completed ? null : Source.Reason,
            Exception = exception,
            ExitCode = ExitCodeOf(exception),
            StopLatency = requested is { } asked && _observation.Observed is { } seen ? Between(asked, seen) : null,
            StopDuration = requested is { } since ? Between(since, now) : null,
            Duration = outcome == WorkerOutcome.NotRun ? TimeSpan.Zero : Between(_startedAt, now),
            LastCheckpoint = _observation.LastCheckpoint(now),
            RequestedTimestamp = requested,
        };

        // Never negative: the two stamps are taken by two threads.
        TimeSpan Between(long start, long end) => end <= start ? TimeSpan.Zero : _observation.Elapsed(start, end);
    }

    private void Report(WorkerResult result, bool wasAbandoned)
    {
        var isFault = result.Outcome == WorkerOutcome.Faulted;
        if (isFault)
            WorkerLog.Faulted(Logger, Name, result.Exception!);
        if (result.Outcome == WorkerOutcome.Abandoned)
            WorkerLog.Abandoned(Logger, result); // a group that left a member behind
        else if (wasAbandoned)
            WorkerLog.AbandonedEnded(Logger, result, isFault ? result.Exception : null);
        else if (!isFault)
            WorkerLog.Finished(Logger, result);
    }

    /// <summary>
    /// Finds the exit code for the result of a worker that has ended, or for a snapshot of one that has not.
    /// </summary>
    private protected virtual int? ExitCodeOf(Exception? exception) => exception switch
    {
        ExitException exit => exit.ExitCode,
        AggregateException both => both.Flatten().InnerExceptions.OfType<ExitException>().FirstOrDefault()?.ExitCode,
        _ => null,
    };

    // A body that blocks on tasks gets what they threw in an AggregateException. One means the same as it alone, and so do
    // several that were all cancelled. What the stop has cancelled says nothing beside one that has failed or left.
    private Exception? Unwrap(Exception? exception)
    {
        if (exception is not AggregateException aggregate)
            return exception;
        var thrown = aggregate.Flatten().InnerExceptions;
        var others = thrown.Where(static inner => inner is not OperationCanceledException).Take(2).ToList();
        if (others.Count == 0)
            return thrown.Count > 0 ? thrown[0] : exception;
        return others.Count == 1 && (thrown.Count == 1 || Source.IsStopRequested) ? others[0] : exception;
    }
}
