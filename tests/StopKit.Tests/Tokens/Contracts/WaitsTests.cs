namespace StopKit.Tests.Tokens.Contracts;

public sealed class WaitsTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly StopSource _source;
    private readonly ManualResetEvent _handle = new(initialState: false);

    public WaitsTests() => _source = new StopSource(_clock);

    public void Dispose()
    {
        _source.Dispose();
        _handle.Dispose();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_ends_every_wait_with_true()
    {
        var token = _source.Token;
        var timed = BlockedThread<bool>.Start(() => token.Wait(Second));
        var endless = BlockedThread<bool>.Start(() => token.Wait(Timeout.InfiniteTimeSpan));
        var untilStop = BlockedThread<bool>.Start(() =>
        {
            token.Wait();
            return token.IsStopRequested;
        });
        var atHandle = BlockedThread<StopWaitResult>.Start(() => token.Wait(_handle, Second));
        var (awaited, awaitedEndlessly) = (token.WaitAsync(Second).AsTask(), token.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        _clock.UntilTimers(3);

        _source.RequestStop();

        timed.Result.Should().BeTrue();
        endless.Result.Should().BeTrue();
        untilStop.Result.Should().BeTrue();
        atHandle.Result.Should().Be(StopWaitResult.StopRequested);
        (await awaited).Should().BeTrue();
        (await awaitedEndlessly).Should().BeTrue();
        _clock.UntilNoTimers();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Without_a_stop_every_wait_ends_with_false_when_its_time_is_up()
    {
        var token = _source.Token;
        var asleep = BlockedThread<bool>.Start(() => token.Wait(Second));
        var atHandle = BlockedThread<StopWaitResult>.Start(() => token.Wait(_handle, Second));
        var awaited = token.WaitAsync(Second).AsTask();
        _clock.UntilTimers(3);

        _clock.Advance(Second - TimeSpan.FromTicks(1));
        awaited.IsCompleted.Should().BeFalse();
        _clock.ActiveTimers.Should().Be(3);
        _clock.Advance(TimeSpan.FromTicks(1));

        asleep.Result.Should().BeFalse();
        atHandle.Result.Should().Be(StopWaitResult.TimedOut);
        (await awaited).Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task On_the_system_clock_a_wait_ends_too()
    {
        using var source = new StopSource();
        var soon = TimeSpan.FromMilliseconds(2);

        source.Token.Wait(soon).Should().BeFalse();
        source.Token.Wait(TimeSpan.FromTicks(1)).Should().BeFalse();
        source.Token.Wait(_handle, soon).Should().Be(StopWaitResult.TimedOut);
        (await source.Token.WaitAsync(soon)).Should().BeFalse();
        (await source.Token.WaitAsync(TimeSpan.FromTicks(1))).Should().BeFalse();
    }

#pragma warning disable CA2012 // a ValueTask is used here as it should not be, but often is
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_wait_without_a_thread_can_be_blocked_on_and_gives_its_answer_again()
    {
        var timed = _source.Token.WaitAsync(Second);
        var endless = _source.Token.WaitAsync(Timeout.InfiniteTimeSpan);
        var atTimed = BlockedThread<bool>.Start(() => timed.GetAwaiter().GetResult());
        var atEndless = BlockedThread<bool>.Start(() => endless.GetAwaiter().GetResult());

        _clock.Advance(Second);
        atTimed.Result.Should().BeFalse();
        _source.RequestStop();
        atEndless.Result.Should().BeTrue();

        (await timed).Should().BeFalse("it ended before the stop");
        (await endless).Should().BeTrue();
    }
#pragma warning restore CA2012

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task None_waits_out_its_time_and_refuses_to_wait_for_ever()
    {
        var soon = TimeSpan.FromMilliseconds(2);

        StopToken.None.Wait(soon).Should().BeFalse();
        (await StopToken.None.WaitAsync(soon)).Should().BeFalse();
        StopToken.None.Wait(_handle, soon).Should().Be(StopWaitResult.TimedOut);
        _handle.Set();
        StopToken.None.Wait(_handle, Timeout.InfiniteTimeSpan).Should().Be(StopWaitResult.Signaled);

        FluentActions.Invoking(() => StopToken.None.Wait()).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => StopToken.None.Wait(Timeout.InfiniteTimeSpan)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => StopToken.None.WaitAsync(Timeout.InfiniteTimeSpan).AsTask().Wait())
            .Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task They_look_at_the_state_before_they_block()
    {
        _source.RequestStop();

        _source.Token.Wait();
        _source.Token.Wait(Timeout.InfiniteTimeSpan).Should().BeTrue();
        _source.Token.WaitAsync(Timeout.InfiniteTimeSpan).AsTask().IsCompleted.Should().BeTrue();
        (await _source.Token.WaitAsync(Second)).Should().BeTrue();
        _source.Token.Wait(_handle, Timeout.InfiniteTimeSpan).Should().Be(StopWaitResult.StopRequested);
    }

    [Fact]
    public async Task Zero_only_looks()
    {
        _source.Token.Wait(TimeSpan.Zero).Should().BeFalse();
        (await _source.Token.WaitAsync(TimeSpan.Zero)).Should().BeFalse();
        _source.Token.Wait(_handle, TimeSpan.Zero).Should().Be(StopWaitResult.TimedOut);

        _source.RequestStop();

        _source.Token.Wait(TimeSpan.Zero).Should().BeTrue();
        (await _source.Token.WaitAsync(TimeSpan.Zero)).Should().BeTrue();
        _source.Token.Wait(_handle, TimeSpan.Zero).Should().Be(StopWaitResult.StopRequested);
    }

    [Fact]
    public void A_signal_wins_over_a_stop()
    {
        _handle.Set();
        _source.RequestStop();

        _source.Token.Wait(_handle, Second).Should().Be(StopWaitResult.Signaled);
        _source.Token.Wait(_handle, TimeSpan.Zero).Should().Be(StopWaitResult.Signaled);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_signal_ends_the_wait_for_a_handle_and_is_consumed_only_then()
    {
        using var turnstile = new AutoResetEvent(initialState: false);
        var waiting = BlockedThread<StopWaitResult>.Start(() => _source.Token.Wait(turnstile, Second));
        turnstile.Set();
        waiting.Result.Should().Be(StopWaitResult.Signaled);

        _source.Token.Wait(turnstile, TimeSpan.Zero).Should().Be(StopWaitResult.TimedOut);
        await Task.Run(() => _source.RequestStop());
        _source.Token.Wait(turnstile, Second).Should().Be(StopWaitResult.StopRequested);
        turnstile.Set();
        turnstile.WaitOne(TimeSpan.Zero).Should().BeTrue("the stop took nothing");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_wins_over_the_time_that_is_up_at_the_same_moment()
    {
        // Both timers are due together; the stop's was set first, so it fires first, and the wait's right behind it.
        _source.StopAfter(Second);
        var awaited = _source.Token.WaitAsync(Second).AsTask();
        var asleep = BlockedThread<bool>.Start(() => _source.Token.Wait(Second));
        _clock.UntilTimers(3);

        _clock.Advance(Second);

        (await awaited).Should().BeTrue();
        asleep.Result.Should().BeTrue();
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MaxValue + 1L)]
    public void A_time_that_is_negative_or_too_long_is_refused_even_by_a_stopped_token_and_by_None(long milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        _source.RequestStop();
        foreach (var token in new[] { _source.Token, StopToken.None })
        {
            token.Invoking(each => each.Wait(time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
            token.Invoking(each => { _ = each.WaitAsync(time).AsTask(); }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
            token.Invoking(each => each.Wait(_handle, time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
        }
    }

    [Fact]
    public void Null_is_refused_as_a_handle() =>
        _source.Token.Invoking(token => token.Wait(null!, Second)).Should().Throw<ArgumentNullException>().WithParameterName("handle");

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task No_wait_throws_OperationCanceledException_for_an_abort_either() => await Task.Run(async () =>
    {
        var asleep = BlockedThread<bool>.Start(() => _source.Token.Wait(Second));
        var awaited = _source.Token.WaitAsync(Second).AsTask();

        _source.RequestAbort();

        asleep.Result.Should().BeTrue();
        (await awaited).Should().BeTrue();
        _source.Token.Wait();
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_code_behind_an_awaited_wait_never_runs_on_the_requesting_thread()
    {
        var threads = new List<int>();
        var waiting = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            await _source.Token.WaitAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
            lock (threads)
                threads.Add(Environment.CurrentManagedThreadId);
        })).ToList();
        var requesting = BlockedThread<int>.Start(() =>
        {
            _handle.WaitOne(Patience.Limit);
            _source.RequestStop();
            return Environment.CurrentManagedThreadId;
        });

        _handle.Set();
        await Task.WhenAll(waiting);

        threads.Should().HaveCount(20).And.NotContain(requesting.Result);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_interrupted_thread_leaves_the_wait_and_can_wait_again() => await Task.Run(() =>
    {
        var isInterrupted = new StopEvent();
        var waiting = BlockedThread<bool>.Start(() =>
        {
            try
            {
                _source.Token.Wait(Timeout.InfiniteTimeSpan);
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted.Set();
            }

            return _source.Token.Wait(Timeout.InfiniteTimeSpan);
        });

        waiting.Interrupt();
        isInterrupted.Wait(Patience.Limit).Should().BeTrue();
        _source.RequestStop();

        waiting.Result.Should().BeTrue();
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_thread_that_timed_out_does_not_end_its_next_wait_early() => await Task.Run(() =>
    {
        var results = BlockedThread<string>.Start(() => $"{_source.Token.Wait(Second)} {_source.Token.Wait(Second)} {_source.Token.Wait(Second)}");

        _clock.AdvanceOnceWaitedOn(Second);
        _clock.AdvanceOnceWaitedOn(Second);
        _clock.UntilTimers(1);
        _source.RequestStop();

        results.Result.Should().Be("False False True");
    });
}
