using System.Diagnostics;

namespace StopKit.Tests.Joins;

/// <summary>What outlives many joins that gave up waiting for it keeps nothing of them.</summary>
[Collection(Alone.Name)]
public sealed class JoinLeakTests
{
    private const int Joins = 10_000;

    private readonly ManualClock _clock = new();

    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData("task")]
    [InlineData("worker")]
    public async Task Ten_thousand_joins_that_timed_out_leave_memory_flat(string what)
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = AsyncWorker.Start("worker", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        await TimeOutAsync(Item(), 100); // warms up
        var before = Memory.InUse();

        await TimeOutAsync(Item(), Joins);

        var each = (Memory.InUse() - before) / Joins;
        each.Should().BeLessThan(20, "a continuation takes 279 bytes");
        GC.KeepAlive(never);
        await worker.StopAsync();

        Joinable Item() => what == "task" ? never.Task : worker;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_join_of_a_thread_that_timed_out_keeps_no_thread()
    {
        var release = new Gate();
        var thread = new Thread(release.Pass);
        thread.Start();
        var before = Process.GetCurrentProcess().Threads.Count;

        await TimeOutAsync(thread, 200);

        // Those that gave up are about to end; the pool may have made a few more.
        Patience.Until(() => Process.GetCurrentProcess().Threads.Count < before + 100);
        release.Open();
    }

    private async Task TimeOutAsync(Joinable item, int times)
    {
        for (var time = 0; time < times; time++)
        {
            var join = Join.AllAsync(TimeSpan.FromSeconds(1), _clock, item);
            _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(1));
            (await join).Late.Should().ContainSingle();
        }
    }
}
