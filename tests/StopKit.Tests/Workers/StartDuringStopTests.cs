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

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_member_that_is_disposed_before_its_group_starts_it_counts_as_ended_and_the_others_run(WorkerKind kind)
    {
        await using var group = new WorkerGroup("app");
        var disposed = TestWorkers.Make(kind, stop => stop.Wait(), name: "disposed");
        var second = new Gate();
        // Started just before the other one, by the thread that starts the group: the disposal comes in the middle of the start.
        var clock = new CallbackClock { OnTimestamp = disposed.Dispose };
        group.Add(TestWorkers.Make(kind, stop => stop.Wait(), options: new WorkerOptions { TimeProvider = clock }, name: "first"));
        group.Add(disposed);
        group.Add("second", stop =>
        {
            second.Open();
            stop.Wait();
        });

        group.Start();

        await second.PassAsync();
        (await disposed.Completion).Outcome.Should().Be(WorkerOutcome.NotRun);
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
        group.Report.IsComplete.Should().BeTrue();
    }

    private sealed class CallbackClock : TimeProvider
    {
        internal Action? OnUtcNow { get; set; }

        internal Action? OnTimestamp { get; set; }

        public override long GetTimestamp()
        {
            var callback = OnTimestamp;
            OnTimestamp = null;
            callback?.Invoke();
            return base.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow()
        {
            var callback = OnUtcNow;
            OnUtcNow = null;
            callback?.Invoke();
            return base.GetUtcNow();
        }
    }
}
