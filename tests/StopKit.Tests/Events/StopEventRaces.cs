using Xunit.Abstractions;

namespace StopKit.Tests.Events;

/// <summary>A wake-up that is lost shows as a wait that gives up after half a minute.</summary>
[Collection(Alone.Name)]
public sealed class StopEventRaces(ITestOutputHelper output) : IDisposable
{
    private StopSource _source = new();
    private StopEvent _event = new();

    public void Dispose() => _source.Dispose();

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Wait_misses_no_Set_between_the_check_and_the_block() => Race.Run(
        output,
        Prepare,
        [() => _event.Set(), () => Assert.True(_event.Wait(Patience.Limit)), () => Assert.True(_event.Wait(Patience.Limit, _source.Token))],
        check: () => { });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task WaitAsync_misses_no_Set_between_the_check_and_the_block()
    {
        ValueTask<bool> first = default, second = default;
        return Race.Run(
            output,
            Prepare,
            [() => _event.Set(), () => first = _event.WaitAsync(), () => second = _event.WaitAsync(Patience.Limit, _source.Token)],
            check: () =>
            {
                Assert.True(Ended(first));
                Assert.True(Ended(second));
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task No_wait_misses_a_stop_between_the_check_and_the_block()
    {
        ValueTask<bool> awaited = default;
        return Race.Run(
            output,
            Prepare,
            [() => _source.RequestStop(), () => Assert.False(_event.Wait(_source.Token)), () => awaited = _event.WaitAsync(_source.Token)],
            check: () => Assert.False(Ended(awaited)));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_Set_and_a_stop_that_meet_end_each_wait_once_and_the_next_wait_is_not_disturbed()
    {
        ValueTask<bool> awaited = default;
        var next = new StopEvent();
        return Race.Run(
            output,
            prepare: () =>
            {
                Prepare();
                next.Reset();
            },
            [
                () => _event.Set(),
                () =>
                {
                    _source.RequestStop();
                    next.Set();
                },
                () =>
                {
                    // Whoever comes second may still be about to release the first wait: it must not end this one.
                    _event.Wait(_source.Token);
                    Assert.True(next.Wait(Patience.Limit));
                },
                () => awaited = _event.WaitAsync(_source.Token),
            ],
            check: () => Ended(awaited),
            rounds: Race.Rounds / 3); // four threads
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Everybody_who_waits_at_Set_is_released_although_Reset_follows_at_once()
    {
        // A wait sets its timer once it is in the queue: when there are as many timers as waits, nobody is on the way any more.
        var clock = new ManualClock();
        Task<bool> first = Task.FromResult(false), second = first;
        return Race.Run(
            output,
            prepare: () =>
            {
                (_source, _event) = (new StopSource(), new StopEvent(timeProvider: clock));
                (first, second) = (_event.WaitAsync(Patience.Limit).AsTask(), _event.WaitAsync(Patience.Limit, _source.Token).AsTask());
            },
            [
                () => Assert.True(_event.Wait(Patience.Limit)),
                () => Assert.True(_event.Wait(Patience.Limit, _source.Token)),
                () =>
                {
                    var spinner = default(SpinWait);
                    while (clock.ActiveTimers < 4)
                        spinner.SpinOnce(sleep1Threshold: -1);
                    _event.Set();
                    _event.Reset();
                },
            ],
            check: () =>
            {
                Assert.True(first.Wait(Patience.Limit) && first.Result);
                Assert.True(second.Wait(Patience.Limit) && second.Result);
                clock.UntilNoTimers();
            },
            rounds: Race.Rounds / 2); // five waits each
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task Every_thread_that_is_seen_blocked_is_released_although_Reset_follows_at_once() => await Task.Run(() =>
    {
        const int Rounds = 300; // of new threads
        for (var round = 0; round < Rounds; round++)
        {
            List<BlockedThread<bool>> blocked =
                [.. Enumerable.Range(0, 7).Select(_ => BlockedThread<bool>.Start(() => _event.Wait(Patience.Limit, _source.Token)))];
            _event.Set();
            _event.Reset();
            Assert.All(blocked, thread => Assert.True(thread.Result));
        }
    });

    private static bool Ended(ValueTask<bool> wait)
    {
        var task = wait.AsTask();
        Assert.True(task.Wait(Patience.Limit));
        return task.Result;
    }

    private void Prepare()
    {
        _source = new StopSource();
        _event = new StopEvent();
    }
}
