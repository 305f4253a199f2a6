namespace StopKit.Tests.Tokens.Contracts;

public sealed class DeadlinesTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StopSource _source;

    public DeadlinesTests() => _source = new StopSource(_clock);

    public void Dispose() => _source.Dispose();

    [Fact]
    public void StopAfter_stops_when_the_time_is_up_and_not_before()
    {
        _source.StopAfter(Seconds(5));

        _clock.Advance(Seconds(5) - TimeSpan.FromTicks(1));
        _source.IsStopRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromTicks(1));

        _source.Stage.Should().Be(StopStage.Stopping);
        _source.Reason!.Cause.Should().Be(StopCause.Deadline);
        _source.Reason.Message.Should().Be("deadline of 5 s expired");
        _source.Reason.RequestedAt.Should().Be(_clock.GetUtcNow());
    }

    [Fact]
    public void StopAfter_takes_a_reason_of_the_callers()
    {
        var reason = StopReason.Requested("lunch");

        _source.StopAfter(Seconds(5), reason);
        _clock.Advance(Seconds(5));

        _source.Reason.Should().BeSameAs(reason);
    }

    [Fact]
    public void An_abort_follows_the_stop_when_its_grace_is_over()
    {
        _source.RequestStop("stop", grace: Seconds(5)).Should().BeTrue();

        _clock.Advance(Seconds(5) - TimeSpan.FromTicks(1));
        _source.Stage.Should().Be(StopStage.Stopping);
        _clock.Advance(TimeSpan.FromTicks(1));

        _source.Stage.Should().Be(StopStage.Aborting);
        _source.Reason!.Message.Should().Be("stop");
        _source.AbortReason!.Cause.Should().Be(StopCause.Deadline);
        _source.AbortReason.Message.Should().Be("grace of 5 s expired");
    }

    [Theory]
    [InlineData(5, 3, 3)]
    [InlineData(3, 5, 3)]
    [InlineData(3, 3, 3)]
    public void A_later_StopAfter_may_shorten_the_time_but_not_lengthen_it(int first, int second, int due)
    {
        _source.StopAfter(Seconds(first), "first");
        _source.StopAfter(Seconds(second), "second");

        _clock.Advance(Seconds(due) - TimeSpan.FromTicks(1));
        _source.IsStopRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromTicks(1));

        _source.Reason!.Message.Should().Be(second < first ? "second" : "first");
        _clock.ActiveTimers.Should().Be(0);
    }

    [Theory]
    [InlineData(5, 3, 3)]
    [InlineData(3, 5, 3)]
    public void A_later_grace_may_shorten_the_time_but_not_lengthen_it(int first, int second, int due)
    {
        _source.RequestStop("first", Seconds(first));
        _source.RequestStop("second", Seconds(second)).Should().BeFalse();

        _clock.Advance(Seconds(due) - TimeSpan.FromTicks(1));
        _source.IsAbortRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromTicks(1));

        _source.AbortReason!.Message.Should().Be($"grace of {due} s expired");
        _source.Reason!.Message.Should().Be("first");
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void What_counts_is_when_a_deadline_is_due_and_not_how_long_it_is()
    {
        _source.StopAfter(Seconds(5));
        _clock.Advance(Seconds(4));

        _source.StopAfter(Seconds(3)); // due at 7, two seconds too late
        _clock.Advance(Seconds(1));

        _source.Reason!.Message.Should().Be("deadline of 5 s expired");
    }

    [Fact]
    public void A_grace_that_is_given_with_a_later_request_aborts_a_source_that_had_none()
    {
        _source.RequestStop();

        _source.RequestStop(grace: Seconds(5)).Should().BeFalse();
        _clock.Advance(Seconds(5));

        _source.IsAbortRequested.Should().BeTrue();
    }

    [Fact]
    public void Zero_means_now()
    {
        using var other = new StopSource(_clock);

        _source.StopAfter(TimeSpan.Zero);
        other.RequestStop("stop", grace: TimeSpan.Zero).Should().BeTrue();

        _source.Stage.Should().Be(StopStage.Stopping);
        _source.Reason!.Message.Should().Be("deadline of 0 ms expired");
        other.Stage.Should().Be(StopStage.Aborting);
        other.AbortReason!.Message.Should().Be("grace of 0 ms expired");
        other.AbortReason.RequestedAt.Should().Be(_clock.GetUtcNow());
        other.Reason!.Message.Should().Be("stop");
    }

    [Fact]
    public void Zero_grace_aborts_also_a_source_that_was_stopped_before()
    {
        _source.RequestStop(grace: Seconds(5));

        _source.RequestStop(grace: TimeSpan.Zero).Should().BeFalse();

        _source.IsAbortRequested.Should().BeTrue();
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void An_infinite_time_is_no_deadline()
    {
        _source.StopAfter(Timeout.InfiniteTimeSpan);
        _clock.ActiveTimers.Should().Be(0);

        _source.RequestStop(grace: Timeout.InfiniteTimeSpan).Should().BeTrue();

        _clock.ActiveTimers.Should().Be(0);
        _source.Stage.Should().Be(StopStage.Stopping);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(-10_000)]
    [InlineData(int.MaxValue + 1L)]
    public void A_time_that_is_negative_or_too_long_is_refused(long milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);

        _source.Invoking(source => source.StopAfter(time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("delay");
        _source.Invoking(source => source.RequestStop(grace: time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("grace");
        _source.Token.Invoking(token => token.Shield(time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("max");

        _source.IsStopRequested.Should().BeFalse("a refused request does nothing");
        _source.LiveChildren.Should().Be(0);
    }

    [Fact]
    public void The_longest_time_is_taken()
    {
        using var onSystemTime = new StopSource();
        var longest = TimeSpan.FromMilliseconds(int.MaxValue);

        onSystemTime.StopAfter(longest);
        _source.StopAfter(longest);
        _clock.Advance(longest);

        onSystemTime.IsStopRequested.Should().BeFalse();
        _source.IsStopRequested.Should().BeTrue();
    }

    [Fact]
    public void A_stop_that_comes_earlier_takes_the_deadlines_timer_away()
    {
        _source.StopAfter(Seconds(5));
        _source.RequestStop(grace: Seconds(5));
        _clock.ActiveTimers.Should().Be(1, "the grace is left");

        _source.RequestAbort();

        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void A_stop_from_a_parent_takes_the_childs_timer_away()
    {
        using var child = StopSource.LinkedTo(_source.Token);
        child.StopAfter(Seconds(5));

        _source.RequestStop("parent");

        _clock.ActiveTimers.Should().Be(0);
        child.Reason!.Message.Should().Be("parent");
    }

    [Fact]
    public void A_deadline_set_on_a_stopped_source_does_nothing()
    {
        _source.RequestAbort();

        _source.StopAfter(Seconds(5));
        _source.RequestStop(grace: Seconds(5));

        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void A_fraction_of_a_millisecond_ends_no_limit_early()
    {
        _source.StopAfter(TimeSpan.FromMilliseconds(1.5));

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        _source.IsStopRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _source.IsStopRequested.Should().BeTrue();
    }

    [Fact]
    public void A_callback_that_throws_at_a_deadline_is_kept_and_does_not_reach_the_timer()
    {
        var (atStop, atAbort) = (new InvalidOperationException(), new TimeoutException());
        _source.Token.OnStop(_ => throw atStop);
        _source.Token.OnAbort(_ => throw atAbort);
        _source.StopAfter(Seconds(1));

        _clock.Advance(Seconds(1));
        _source.RequestStop(grace: Seconds(1));
        _clock.Advance(Seconds(1));

        _source.CallbackExceptions.Should().Equal(atStop, atAbort);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_callback_that_throws_on_a_real_timer_leaves_the_process_alive()
    {
        // An exception that reached the timer would end the test process: that this test ends is half of what it says.
        using var source = new StopSource();
        var failure = new InvalidOperationException();
        var threadPool = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Token.OnStop(_ => throw failure);
        source.Token.Stopping.Register(() => throw failure);
        source.Token.OnAbort(_ => threadPool.TrySetResult(Thread.CurrentThread.IsThreadPoolThread)); // older, so it runs last
        source.Token.OnAbort(_ => throw failure);

        source.StopAfter(TimeSpan.FromMilliseconds(1));
        (await source.Token.WaitAsync(Patience.Limit)).Should().BeTrue();
        source.RequestStop(grace: TimeSpan.FromMilliseconds(1));

        (await threadPool.Task).Should().BeTrue();
        Patience.Until(() => source.CallbackExceptions.Count == 3);
        source.CallbackExceptions.Should().AllBeEquivalentTo(failure);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_deadlines_timer_does_not_carry_the_callers_execution_context()
    {
        var local = new AsyncLocal<string?> { Value = "the caller's" };
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var source = new StopSource();
        source.Token.OnStop(_ => seen.TrySetResult(local.Value));

        source.StopAfter(TimeSpan.FromMilliseconds(1));

        (await seen.Task).Should().BeNull();
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
