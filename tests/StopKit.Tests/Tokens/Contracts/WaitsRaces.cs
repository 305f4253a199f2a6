using Xunit.Abstractions;

namespace StopKit.Tests.Tokens.Contracts;

/// <summary>A wake-up that is lost shows as a wait that gives up after half a minute.</summary>
[Collection(Alone.Name)]
public sealed class WaitsRaces(ITestOutputHelper output) : IDisposable
{
    private readonly ManualResetEvent _never = new(initialState: false);
    private StopSource _source = new();

    public void Dispose()
    {
        _source.Dispose();
        _never.Dispose();
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Wait_misses_no_stop_between_the_check_and_the_block() => Race.Run(
        output,
        Prepare,
        [() => _source.RequestStop(), Wait, Wait],
        check: () => { });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task WaitAsync_misses_no_stop_between_the_check_and_the_block()
    {
        ValueTask<bool> first = default, second = default;
        return Race.Run(
            output,
            Prepare,
            [
                () => _source.RequestStop(),
                () => first = _source.Token.WaitAsync(Patience.Limit),
                () => second = _source.Token.WaitAsync(Timeout.InfiniteTimeSpan),
            ],
            check: () =>
            {
                var (firstTask, secondTask) = (first.AsTask(), second.AsTask());
                Assert.True(firstTask.Wait(Patience.Limit) && firstTask.Result);
                Assert.True(secondTask.Wait(Patience.Limit) && secondTask.Result);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Wait_for_a_handle_misses_no_stop_between_the_check_and_the_block() => Race.Run(
        output,
        Prepare,
        [() => _source.RequestStop(), WaitForHandle, WaitForHandle],
        check: () => { });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Wait_tells_a_stop_or_the_end_of_its_time_and_is_ready_for_the_next() => Race.Run(
        output,
        Prepare,
        [
            () => _source.RequestStop(),
            () =>
            {
                // Half a microsecond: rounded up to a millisecond it often ends at the stop, sometimes before.
                if (!_source.Token.Wait(TimeSpan.FromTicks(5)))
                    Wait();
                Assert.True(_source.IsStopRequested);
            },
        ],
        check: () => { });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_stop_and_a_timeout_on_a_manual_clock_that_meet_end_the_wait_once()
    {
        var clock = new ManualClock();
        var awaited = default(ValueTask<bool>);
        return Race.Run(
            output,
            prepare: () =>
            {
                _source = new StopSource(clock);
                awaited = _source.Token.WaitAsync(TimeSpan.FromSeconds(1));
            },
            [
                () => clock.Advance(TimeSpan.FromSeconds(1)),
                () => _source.RequestStop(),
                () => Assert.True(_source.Token.Wait(Timeout.InfiniteTimeSpan)),
            ],
            check: () =>
            {
                Assert.True(awaited.AsTask().Wait(Patience.Limit));
                clock.UntilNoTimers();
            });
    }

    private void Prepare() => _source = new StopSource();

    private void Wait() => Assert.True(_source.Token.Wait(Patience.Limit));

    private void WaitForHandle() => Assert.Equal(StopWaitResult.StopRequested, _source.Token.Wait(_never, Patience.Limit));
}
