namespace StopKit;

/// <content>Readiness: when what depends on the worker may begin.</content>
public abstract partial class Worker
{
    private TaskCompletionSource? _whenReady; // made on first use; the lock guards it and all below
    private bool _isReady;
    private TimeoutException? _notReady;
    private ITimer? _readyTimer;

    /// <summary>Gets a task that ends when the worker is ready, so that what depends on it may begin.</summary>
    /// <remarks>
    /// <code>
    /// started ──ReportsReady is false──▶ ready
    ///    ├──ReportReady──────────────────▶ ready
    ///    ├──it completes─────────────────▶ ready: its work is done
    ///    ├──it ends, and its stop was requested──▶ cancelled
    ///    ├──it ends otherwise────────────▶ failed, with an InvalidOperationException that says how
    ///    └──ReadyLimit is over───────────▶ failed, with a TimeoutException that names the worker, which is stopped
    ///                                      as by Stop, and ends as Faulted with that exception
    /// </code>
    /// A stop that is requested before the worker is ready ends the limit: the worker is ready or has ended after that.
    /// Every time this is read it is the same answer. A failure that no code looks at raises no
    /// <see cref="TaskScheduler.UnobservedTaskException"/>.
    /// </remarks>
    public Task WhenReady
    {
        get
        {
            lock (_completion)
            {
                if (_whenReady is null)
                {
                    _whenReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    TellReadiness(_whenReady);
                }

                return _whenReady.Task;
            }
        }
    }

    /// <summary>Gets a value indicating whether the worker is ready.</summary>
    internal bool IsReady
    {
        get
        {
            lock (_completion)
                return _isReady;
        }
    }

    /// <summary>Gets what a worker has failed with that was not ready in time; null if it was, or may still be.</summary>
    internal TimeoutException? NotReady => Volatile.Read(ref _notReady);

    /// <summary>
    /// Gets a value indicating whether the worker is ready as soon as it runs; if not, it is by <see cref="SetReady"/>.
    /// </summary>
    private protected virtual bool IsReadyOnceRunning => !Options.ReportsReady;

    /// <summary>
    /// Gets a value indicating whether it must be ready within its limit; a group leaves that to its members.
    /// </summary>
    private protected virtual bool HasReadyLimit => Options.ReportsReady;

    /// <summary>Says that the worker is ready: what depends on it may begin.</summary>
    /// <remarks>
    /// For workers with <see cref="WorkerOptions.ReportsReady"/>; any other is ready once it runs, and this does
    /// nothing. A second call, one after the limit, and one after the end do nothing either.
    /// </remarks>
    protected void ReportReady() => SetReady();

    /// <summary>Makes the worker ready, unless it is, has ended, or its limit is over.</summary>
    internal void SetReady()
    {
        ITimer? timer;
        lock (_completion)
        {
            if (_isReady || _notReady is not null || _result is not null || _phase is not (WorkerPhase.Running or WorkerPhase.Abandoned))
                return;
            MarkReady();
            (timer, _readyTimer) = (_readyTimer, null);
        }

        timer?.Dispose();
    }

    /// <summary>
    /// Notes that the worker is ready; called under the lock, because what waits for it runs elsewhere.
    /// </summary>
    private void MarkReady()
    {
        _isReady = true;
        _whenReady?.TrySetResult();
    }

    /// <summary>Called when the worker runs, before its body does.</summary>
    private void StartReadyLimit()
    {
        if (!HasReadyLimit || Options.ReadyLimit == Timeout.InfiniteTimeSpan)
            return;
        // Before the body can report: so the timer is there to be disposed.
        var timer = GuardedClock.CreateTimer(
            Options.TimeProvider, static worker => ((Worker)worker!).OnReadyLimit(), this, Timeouts.WholeMilliseconds(Options.ReadyLimit));
        lock (_completion)
        {
            if (_notReady is null && _result is null)
            {
                _readyTimer = timer;
                return;
            }
        }

        timer.Dispose(); // a limit of no time is over already
    }

    /// <summary>Called once, when the result is there.</summary>
    private void EndReadiness()
    {
        ITimer? timer;
        lock (_completion)
        {
            (timer, _readyTimer) = (_readyTimer, null);
            if (_whenReady is not null)
                TellReadiness(_whenReady);
        }

        timer?.Dispose();
    }

    private void OnReadyLimit()
    {
        lock (_completion)
        {
            if (_isReady || _result is not null || Source.IsStopRequested)
                return;
            _notReady = new TimeoutException($"Worker '{Path}' was not ready within {DurationText.Duration(Options.ReadyLimit)}.");
            if (_whenReady is not null)
                TellReadiness(_whenReady);
        }

        // As by a stop, so that one which does not end either is given up and named, although no caller waits for it.
        _ = EndOrAbandonAsync(StopReason.Deadline(Options.ReadyLimit, "ready limit"), Options.Grace, isAgain: false);
    }

    /// <summary>Brings the task to where the worker is; called under the lock.</summary>
    private void TellReadiness(TaskCompletionSource whenReady)
    {
        if (_isReady)
            whenReady.TrySetResult();
        else if (_notReady is not null)
            whenReady.TrySetException(_notReady);
        else if (_result is { Outcome: WorkerOutcome.Completed })
            whenReady.TrySetResult();
        else if (_result is { Reason: not null, Outcome: not WorkerOutcome.Faulted })
            whenReady.TrySetCanceled();
        else if (_result is not null)
            whenReady.TrySetException(new InvalidOperationException($"The worker ended before it was ready: {_result}", _result.Exception));
        _ = whenReady.Task.Exception; // looked at here, so that it is no unobserved failure where nothing waits for readiness
    }
}
