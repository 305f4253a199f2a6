namespace StopKit.Tests.Primitives;

[Collection(Alone.Name)] // it measures the memory of the process
public sealed class AsyncWaiterTests
{
    private readonly ManualClock _clock = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Ten_thousand_waits_that_time_out_leave_nothing_on_a_task_that_goes_on()
    {
        var longLived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await WaitAsync(longLived.Task, count: 100);
        var before = Memory.InUse();

        for (var round = 0; round < 100; round++)
            await WaitAsync(longLived.Task, count: 100);

        // One object of each would be 240,000 bytes at least.
        (Memory.InUse() - before).Should().BeLessThan(200_000);
        _clock.ActiveTimers.Should().Be(0);
        GC.KeepAlive(longLived);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_wait_ends_with_the_first_task_however_that_ends_and_leaves_no_timer()
    {
        var one = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var forOne = AsyncWaiter.ForAsync(one.Task, other: null, TimeSpan.FromSeconds(5), _clock);
        var never = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        var forEither = AsyncWaiter.ForAsync(never, other.Task, TimeSpan.FromSeconds(5), _clock);

        one.SetException(new InvalidOperationException());
        other.SetCanceled();

        await forOne;
        await forEither;
        _clock.ActiveTimers.Should().Be(0);
    }

    private async Task WaitAsync(Task task, int count)
    {
        var waits = new Task[count];
        for (var number = 0; number < count; number++)
            waits[number] = AsyncWaiter.ForAsync(task, other: null, TimeSpan.FromSeconds(1), _clock);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(waits);
    }
}
