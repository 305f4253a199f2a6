namespace StopKit.Tests.Workers;

/// <summary>A worker is started at the very moment at which somebody who found it unstarted stops it.</summary>
public sealed class StartDuringStopTests
{
    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task It_either_runs_or_has_not_run_but_never_both(WorkerKind kind)
    {
        var bodies = 0;
        var clock = new CallbackClock();
        var worker = TestWorkers.Make(kind, _ => Interlocked.Increment(ref bodies), options: new WorkerOptions { TimeProvider = clock });
        // Stamping the stop's reason reads the clock after the worker was found unstarted and before it is marked as stopped.
        clock.OnUtcNow = () => worker.Start();

        var result = await worker.StopAsync().WaitAsync(Patience.Limit);

        await worker.Completion;
        Volatile.Read(ref bodies).Should().Be(result.Outcome == WorkerOutcome.NotRun ? 0 : 1);
    }

    private sealed class CallbackClock : TimeProvider
    {
        internal Action? OnUtcNow { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            var callback = OnUtcNow;
            OnUtcNow = null;
            callback?.Invoke();
            return base.GetUtcNow();
        }
    }
}
