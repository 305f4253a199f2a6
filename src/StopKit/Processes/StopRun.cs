namespace StopKit;

/// <summary>The stop of one process and what belongs to it, from the request to the result. It blocks its thread.</summary>
/// <remarks>
/// <code>
/// found ──the process is asked──▶ grace ──all have ended──────────────────────────────▶ ended
///                                   └─Grace, or cancelled──▶ frozen ──▶ killed ──all have ended, or KillLimit──▲
/// </code>
/// Once the process itself has ended, its orphans are asked too. On Linux all are frozen before the first is killed, until a look finds no new
/// member, so that none can fork while others are being killed.
/// </remarks>
internal sealed class StopRun
{
    private readonly StopTarget _target;
    private readonly ProcessStopOptions _options;
    private readonly CancellationToken _abort;
    private readonly int _signal;
    private readonly long _start;
    private readonly ProcessStopLog _log;

    private StopRun(StopTarget target, ProcessStopOptions options, CancellationToken abort)
    {
        (_target, _options, _abort) = (target, options, abort);
        _signal = SignalNumbers.Of(options.Signal);
        _start = options.TimeProvider.GetTimestamp();
        _log = new ProcessStopLog(options.Logger);
    }

    /// <summary>Stops on a thread of its own; a cancellation cuts the grace short, and nothing else.</summary>
    internal static Task<ProcessStopResult> RunAsync(StopTarget target, ProcessStopOptions options, CancellationToken abort) =>
        OwnThread.RunAsync($"stop {target.ProcessId}", () => Run(target, options, abort));

    /// <summary>Stops on the calling thread.</summary>
    internal static ProcessStopResult Run(StopTarget target, ProcessStopOptions options, CancellationToken abort)
    {
        using (target)
            return new StopRun(target, options, abort).Run();
    }

    private ProcessStopResult Run()
    {
        var wasRunning = _target.IsRootAlive;
        try
        {
            if (wasRunning || _target.MayHaveLeftovers)
            {
                _target.Look(forNewOnes: true); // before the request: a process that obeys at once leaves orphans
                if (wasRunning)
                {
                    var answer = _target.Ask(_signal);
                    if (answer == StopTarget.Answer.Denied)
                        return new ProcessStopResult(ProcessStopOutcome.AccessDenied, _target.ProcessId) { Duration = Elapsed() };
                    wasRunning = answer == StopTarget.Answer.Sent;
                    _log.Asked(_target.ProcessId, _options.Signal);
                }

                if (!HaveAllEnded(isKilling: false, _options.Grace, _abort))
                    Kill();
            }
        }
        catch
        {
            _target.Kill(); // also if a clock or a logger throws: nothing may be left frozen, or asked and then forgotten
            throw;
        }

        var result = Result(wasRunning);
        _log.Ended(result);
        return result;
    }

    private void Kill()
    {
        _target.Freeze();
        _target.Kill();
        HaveAllEnded(isKilling: true, _options.KillLimit, CancellationToken.None);
    }

    /// <summary>Waits until all have ended; false if the limit was reached first.</summary>
    private bool HaveAllEnded(bool isKilling, TimeSpan limit, CancellationToken earlier)
    {
        using var time = new TimeLimit(limit, _options.TimeProvider, earlier);
        while (true)
        {
            var isOver = time.IsOver; // asked before the look, so that the last look is after the limit
            if (isKilling)
                _target.Kill(); // those that were found since
            _target.Look(forNewOnes: isKilling);
            var isAnyAlive = _target.Living.Count > 0;
            if (!isAnyAlive || isOver)
                return !isAnyAlive;
            if (!isKilling && !_target.IsRootAlive)
                _target.AskOrphans(_signal);
            time.Pause();
        }
    }

    private ProcessStopResult Result(bool wasRunning)
    {
        var duration = Elapsed();
        var (code, signal) = _target.IsRootAlive ? default : End();
        return new ProcessStopResult(wasRunning ? OutcomeOf(code, signal) : ProcessStopOutcome.AlreadyExited, _target.ProcessId)
        {
            ExitCode = code,
            Signal = signal,
            Duration = duration,
            KilledDescendants = _target.KilledDescendants,
            Survivors = _target.Living,
            LookFailure = _target.LookFailure?.Message,
            Grace = _abort.IsCancellationRequested && Timeouts.Left(_options.Grace, duration) != TimeSpan.Zero ? null : _options.Grace,
        };
    }

    private ProcessStopOutcome OutcomeOf(int? code, int? signal) => _target switch
    {
        { IsRootKilled: false, IsRootAlive: true } => ProcessStopOutcome.AccessDenied, // it has become another user's since it was asked
        { IsRootKilled: false } => ProcessStopOutcome.Exited,
        // Its own end may have been faster than the kill. Windows does not tell.
        _ => code is null || signal == SignalNumbers.Kill || OperatingSystem.IsWindows() ? ProcessStopOutcome.Killed : ProcessStopOutcome.Exited,
    };

    private (int? Code, int? Signal) End()
    {
        var status = _target.ReadWaitStatus();
        var code = _target.Owned?.ReadExitCode();
        if (status is { } known)
        {
            var signal = known & 0x7F;
            return signal == 0 ? ((known >> 8) & 0xFF, null) : (128 + signal, signal);
        }

        // Only inferred: 128 + n may also be a code that the process chose.
        if (_target.IsRootKilled && code == 128 + SignalNumbers.Kill)
            return (code, SignalNumbers.Kill);
        return (code, !OperatingSystem.IsWindows() && _target.WasRootAsked && code == 128 + _signal ? _signal : null);
    }

    private TimeSpan Elapsed() => _options.TimeProvider.GetElapsedTime(_start);
}
