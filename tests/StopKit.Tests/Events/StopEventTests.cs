namespace StopKit.Tests.Events;

public sealed class StopEventTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly StopSource _source;
    private readonly StopEvent _event;

    public StopEventTests()
    {
        _source = new StopSource(_clock);
        _event = new StopEvent(timeProvider: _clock);
    }

    public void Dispose() => _source.Dispose();

    [Fact]
    public void It_is_set_and_reset()
    {
        _event.IsSet.Should().BeFalse();
        _event.Set();
        _event.Set();
        _event.IsSet.Should().BeTrue();
        _event.Reset();
        _event.Reset();
        _event.IsSet.Should().BeFalse();
        new StopEvent(isSet: true).IsSet.Should().BeTrue();
    }

    [Fact]
    public async Task While_it_is_set_no_wait_blocks_and_it_stays_set()
    {
        _event.Set();

        _event.Wait().Should().BeTrue();
        _event.Wait(_source.Token).Should().BeTrue();
        _event.Wait(TimeSpan.Zero).Should().BeTrue();
        _event.Wait(Timeout.InfiniteTimeSpan).Should().BeTrue();
        _event.Wait(Second, _source.Token).Should().BeTrue();
        (await _event.WaitAsync()).Should().BeTrue();
        (await _event.WaitAsync(_source.Token)).Should().BeTrue();
        (await _event.WaitAsync(TimeSpan.Zero)).Should().BeTrue();
        (await _event.WaitAsync(Second, _source.Token)).Should().BeTrue();
        _event.IsSet.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Set_ends_every_wait_with_true_even_if_Reset_follows_at_once()
    {
        List<BlockedThread<bool>> threads =
        [
            BlockedThread<bool>.Start(() => _event.Wait()),
            BlockedThread<bool>.Start(() => _event.Wait(_source.Token)),
            BlockedThread<bool>.Start(() => _event.Wait(Second)),
            BlockedThread<bool>.Start(() => _event.Wait(Second, _source.Token)),
            BlockedThread<bool>.Start(() => _event.Wait(Timeout.InfiniteTimeSpan, _source.Token)),
        ];
        List<Task<bool>> tasks =
        [
            _event.WaitAsync().AsTask(),
            _event.WaitAsync(_source.Token).AsTask(),
            _event.WaitAsync(Second).AsTask(),
            _event.WaitAsync(Second, _source.Token).AsTask(),
        ];
        _clock.UntilTimers(4);

        _event.Set();
        _event.Reset();

        threads.Should().OnlyContain(thread => thread.Result);
        (await Task.WhenAll(tasks)).Should().AllBeEquivalentTo(true);
        _event.IsSet.Should().BeFalse();
        _clock.UntilNoTimers();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_ends_every_wait_that_has_its_token_with_false_and_no_other()
    {
        var asleep = BlockedThread<bool>.Start(() => _event.Wait(_source.Token));
        var timed = BlockedThread<bool>.Start(() => _event.Wait(Second, _source.Token));
        var awaited = _event.WaitAsync(_source.Token).AsTask();
        var awaitedTimed = _event.WaitAsync(Second, _source.Token).AsTask();
        var others = _event.WaitAsync().AsTask();

        await Task.Run(() => _source.RequestStop());

        asleep.Result.Should().BeFalse();
        timed.Result.Should().BeFalse();
        (await awaited).Should().BeFalse();
        (await awaitedTimed).Should().BeFalse();
        others.IsCompleted.Should().BeFalse();
        _event.Set();
        (await others).Should().BeTrue();
    }

    [Fact]
    public async Task Set_beats_a_stop_that_is_there_as_well()
    {
        _source.RequestStop();
        _event.Set();

        _event.Wait(_source.Token).Should().BeTrue();
        _event.Wait(TimeSpan.Zero, _source.Token).Should().BeTrue();
        (await _event.WaitAsync(_source.Token)).Should().BeTrue();
    }

    [Fact]
    public async Task A_token_that_is_stopped_already_ends_a_wait_before_it_blocks()
    {
        _source.RequestStop();

        _event.Wait(_source.Token).Should().BeFalse();
        _event.Wait(Second, _source.Token).Should().BeFalse();
        (await _event.WaitAsync(_source.Token)).Should().BeFalse();
        (await _event.WaitAsync(Second, _source.Token)).Should().BeFalse();
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Without_either_a_wait_ends_with_false_when_its_time_is_up()
    {
        var asleep = BlockedThread<bool>.Start(() => _event.Wait(Second));
        var asleepWithToken = BlockedThread<bool>.Start(() => _event.Wait(Second, _source.Token));
        var awaited = _event.WaitAsync(Second).AsTask();
        var awaitedWithToken = _event.WaitAsync(Second, _source.Token).AsTask();
        _clock.UntilTimers(4);

        _clock.Advance(Second - TimeSpan.FromTicks(1));
        awaited.IsCompleted.Should().BeFalse();
        _clock.Advance(TimeSpan.FromTicks(1));

        asleep.Result.Should().BeFalse();
        asleepWithToken.Result.Should().BeFalse();
        (await awaited).Should().BeFalse();
        (await awaitedWithToken).Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task On_the_system_clock_a_wait_ends_too()
    {
        var onSystemTime = new StopEvent();

        onSystemTime.Wait(TimeSpan.FromMilliseconds(2)).Should().BeFalse();
        (await onSystemTime.WaitAsync(TimeSpan.FromMilliseconds(2))).Should().BeFalse();
    }

    [Fact]
    public async Task Zero_only_looks()
    {
        _event.Wait(TimeSpan.Zero).Should().BeFalse();
        _event.Wait(TimeSpan.Zero, _source.Token).Should().BeFalse();
        (await _event.WaitAsync(TimeSpan.Zero)).Should().BeFalse();
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MaxValue + 1L)]
    public void A_time_that_is_negative_or_too_long_is_refused_also_while_it_is_set(long milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        _event.Set();

        _event.Invoking(each => each.Wait(time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
        _event.Invoking(each => each.Wait(time, _source.Token)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
        _event.Invoking(each => { _ = each.WaitAsync(time).AsTask(); }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_setter_runs_no_code_of_those_who_wait()
    {
        var waiting = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            await _event.WaitAsync().ConfigureAwait(false);
            return Environment.CurrentManagedThreadId;
        })).ToList();
        var setter = BlockedThread<int>.Start(() =>
        {
            _source.Token.Wait(Timeout.InfiniteTimeSpan);
            _event.Set();
            return Environment.CurrentManagedThreadId;
        });

        await Task.Run(() => _source.RequestStop());

        (await Task.WhenAll(waiting)).Should().NotContain(setter.Result);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_interrupted_thread_leaves_the_wait_and_can_wait_again() => await Task.Run(() =>
    {
        var isInterrupted = new StopEvent();
        var waiting = BlockedThread<bool>.Start(() =>
        {
            try
            {
                _event.Wait(_source.Token);
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted.Set();
            }

            return _event.Wait(_source.Token);
        });

        waiting.Interrupt();
        isInterrupted.Wait(Patience.Limit).Should().BeTrue();
        _event.Set();

        waiting.Result.Should().BeTrue();
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Waits_with_a_token_whose_source_is_disposed_are_ended_by_the_event()
    {
        var waiting = BlockedThread<bool>.Start(() => _event.Wait(_source.Token));
        _source.Dispose();
        var late = BlockedThread<bool>.Start(() => _event.Wait(_source.Token));

        await Task.Run(_event.Set);

        waiting.Result.Should().BeTrue();
        late.Result.Should().BeTrue();
    }
}
