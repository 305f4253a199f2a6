using System.Runtime.CompilerServices;

namespace StopKit.Testing.Tests;

/// <summary>Nothing is found in these workers, wherever they are stopped or aborted.</summary>
public sealed class CorrectWorkerTests
{
    private static readonly StopTestOptions Strict = new() { MustCleanUp = true, MaxLooksAfterStop = 3 };

    [Fact]
    public async Task A_loop_on_a_thread()
    {
        var report = await StopTest.ExploreAsync(
            () => new Bank(), (bank, stop) => bank.TransferWhole(stop), (bank, result) => bank.MustBeWhole(), Strict);

        report.ToString().Should().Be("10 of 10 looks explored in 22 runs: nothing found");
        report.ThrowIfFailed();
    }

    [Fact]
    public async Task A_loop_on_tasks_that_hands_its_token_on()
    {
        var report = await StopTest.ExploreAsync(
            () => new List<int>(),
            async (done, stop) =>
            {
                for (var item = 0; item < 10; item++)
                {
                    await Task.Run(() => done.Add(item), stop);
                    await Task.Yield();
                }
            },
            (done, result) => done.Should().Equal(Enumerable.Range(0, done.Count)),
            Strict);

        report.ThrowIfFailed();
        report.LookCount.Should().Be(10);
    }

    [Fact]
    public async Task A_worker_that_ticks_for_ever()
    {
        var report = await StopTest.ExploreAsync(
            () => new StrongBox<int>(),
            count => Worker.Every("clock", TimeSpan.FromHours(1), _ =>
            {
                count.Value++;
                return Task.CompletedTask;
            }),
            (count, result) => result.Outcome.Should().BeOneOf(WorkerOutcome.Stopped, WorkerOutcome.Aborted),
            Strict with { MaxRuns = 50 });

        report.ThrowIfFailed();
        report.IsEndless.Should().BeTrue();
        report.ExploredCount.Should().Be(50);
    }

    [Fact]
    public async Task A_queue_that_drains()
    {
        var report = await StopTest.ExploreAsync(
            () => new Items(), items => items.Queue, (items, result) => items.MustAllBeThere(), new StopTestOptions { MustCleanUp = true });

        report.ThrowIfFailed();
        report.LookCount.Should().Be(10, "it looks before each of the five items, and the handler looks once");
    }

    [Fact]
    public async Task A_process()
    {
        var report = await StopTest.ExploreAsync(
            () => new ProcessWorker(new System.Diagnostics.ProcessStartInfo("sleep", "0.1")),
            process => process,
            (process, result) => result.Outcome.Should().NotBe(WorkerOutcome.Abandoned));

        report.ThrowIfFailed();
        report.LookCount.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task A_group_of_a_group()
    {
        var report = await StopTest.ExploreAsync(
            () => new Bank(),
            bank =>
            {
                var inner = new WorkerGroup("inner");
                inner.Add("clerk", bank.TransferWhole);
                var outer = new WorkerGroup("outer");
                outer.Add(inner);
                outer.Add("poller", async stop =>
                {
                    for (var poll = 0; poll < 5 && !await stop.WaitAsync(TimeSpan.FromMinutes(1)); poll++)
                    {
                    }
                });
                return outer;
            },
            (bank, result) => bank.MustBeWhole(),
            Strict);

        report.ThrowIfFailed();
        report.LookCount.Should().Be(15);
    }

    [Fact]
    public async Task A_wait_of_a_day_takes_no_time()
    {
        var report = await StopTest.ExploreAsync(
            () => new object(),
            (scene, stop) =>
            {
                for (var day = 0; day < 5 && !stop.Wait(TimeSpan.FromDays(1)); day++)
                {
                }
            },
            (scene, result) => result.Duration.Should().BeLessThanOrEqualTo(TimeSpan.FromDays(5)),
            Strict);

        report.ThrowIfFailed();
        report.LookCount.Should().Be(5);
    }

    [Fact]
    public async Task A_delay_by_the_clock_of_the_options()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var report = await StopTest.ExploreAsync(
            () => new object(),
            async (scene, stop) => await stop.WaitAsync(TimeSpan.FromDays(1)),
            (scene, result) => result.Duration.TotalDays.Should().BeOneOf(0, 1),
            Strict with { TimeProvider = clock });

        report.ThrowIfFailed();
        report.LookCount.Should().Be(1);
    }

    [Fact]
    public async Task A_worker_that_waits_for_its_stop_alone()
    {
        var report = await StopTest.ExploreAsync(
            () => new object(),
            (scene, stop) => stop.Wait(),
            (scene, result) => result.Outcome.Should().BeOneOf(WorkerOutcome.Stopped, WorkerOutcome.Aborted),
            Strict);

        report.ThrowIfFailed();
        report.ToString().Should().Be("1 of 1 looks explored in 4 runs, endless: nothing found");
    }

    [Fact]
    public async Task A_cleanup_that_waits_behind_its_shield()
    {
        var report = await StopTest.ExploreAsync(
            () => new Cleaner(),
            cleaner => cleaner,
            (cleaner, result) => cleaner.IsClean.Should().BeTrue(),
            Strict with { RunAgain = static _ => new Cleaner() });

        report.ThrowIfFailed();
        report.LookCount.Should().Be(3, "the looks at the shield do not count");
    }

    [Fact]
    public async Task A_callback_that_puts_away_what_the_worker_holds()
    {
        var report = await StopTest.ExploreAsync(
            () => new StrongBox<bool>(),
            (isOpen, stop) =>
            {
                isOpen.Value = true;
                using var close = stop.OnStop(_ => isOpen.Value = false);
                if (!stop.Wait(TimeSpan.FromSeconds(1)) && close.Unregister())
                    isOpen.Value = false;
            },
            (isOpen, result) => isOpen.Value.Should().BeFalse(),
            Strict);

        report.ThrowIfFailed();
    }

    private sealed class Cleaner() : ThreadWorker("cleaner")
    {
        internal bool IsClean { get; private set; }

        protected override void Run(StopToken stop)
        {
            for (var round = 0; round < 3 && !stop.IsStopRequested; round++)
            {
            }
        }

        protected override void CleanUp(StopToken shielded) => IsClean = !shielded.Wait(TimeSpan.FromSeconds(2));
    }

    private sealed class Items
    {
        private readonly List<int> _handled = [];

        internal Items()
        {
            Queue = Worker.ForEach<int>("items", (item, stop) =>
            {
                stop.ThrowIfAbortRequested();
                _handled.Add(item);
                return Task.CompletedTask;
            });
            for (var item = 0; item < 5; item++)
                Queue.TryPost(item);
            Queue.Complete();
        }

        internal QueueWorker<int> Queue { get; }

        internal void MustAllBeThere() => _handled.Concat(Queue.Unhandled).Should().Equal(0, 1, 2, 3, 4);
    }
}
