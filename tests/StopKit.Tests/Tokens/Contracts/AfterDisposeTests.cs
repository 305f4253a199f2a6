namespace StopKit.Tests.Tokens.Contracts;

public sealed class AfterDisposeTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(StopStage.Running)]
    [InlineData(StopStage.Stopping)]
    [InlineData(StopStage.Aborting)]
    public void Nothing_throws_and_the_state_stays(StopStage stage)
    {
        var source = Disposed(stage, out var before);
        var token = source.Token;

        source.Dispose();
        source.RequestStop("late").Should().BeFalse();
        source.RequestStop("late", grace: TimeSpan.Zero).Should().BeFalse();
        source.RequestStop("late", grace: TimeSpan.FromSeconds(1)).Should().BeFalse();
        source.RequestAbort("late").Should().BeFalse();
        source.StopAfter(TimeSpan.Zero);
        source.StopAfter(TimeSpan.FromSeconds(1));
        _clock.ActiveTimers.Should().Be(0);
        _clock.Advance(TimeSpan.FromMinutes(1));

        (source.Stage, source.Reason, source.AbortReason).Should().Be(before);
        (token.Stage, token.Reason, token.AbortReason).Should().Be(before);
        token.IsStopRequested.Should().Be(stage != StopStage.Running);
        token.IsAbortRequested.Should().Be(stage == StopStage.Aborting);
        token.CanBeStopped.Should().Be(stage != StopStage.Running);
        token.Stopping.IsCancellationRequested.Should().Be(stage != StopStage.Running);
        token.Aborting.IsCancellationRequested.Should().Be(stage == StopStage.Aborting);
        source.LiveChildren.Should().Be(0);
        source.CallbackExceptions.Should().BeEmpty();
    }

    [Theory]
    [InlineData(StopStage.Running)]
    [InlineData(StopStage.Stopping)]
    [InlineData(StopStage.Aborting)]
    public async Task Waits_give_what_the_state_says(StopStage stage)
    {
        using var handle = new ManualResetEvent(false);
        var source = Disposed(stage, out _);
        var token = source.Token;
        var isStopped = stage != StopStage.Running;

        token.Wait(TimeSpan.Zero).Should().Be(isStopped);
        (await token.WaitAsync(TimeSpan.Zero)).Should().Be(isStopped);
        token.Wait(handle, TimeSpan.Zero).Should().Be(isStopped ? StopWaitResult.StopRequested : StopWaitResult.TimedOut);
        var waiting = BlockedThread<bool>.Start(() => token.Wait(TimeSpan.FromSeconds(1)));
        if (!isStopped)
            _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(1));

        waiting.Result.Should().Be(isStopped);
    }

    [Fact]
    public void A_disposed_running_source_calls_nobody()
    {
        var calls = 0;
        var source = new StopSource();
        source.Token.OnStop(_ => calls++);
        source.Token.OnAbort(_ => calls++);

        source.Dispose();
        var registration = source.Token.OnStop(_ => calls++);
        source.RequestAbort();

        calls.Should().Be(0);
        registration.Should().Be(default(StopRegistration));
    }

    [Fact]
    public void A_disposed_stopped_source_still_calls_who_registers()
    {
        var source = Disposed(StopStage.Aborting, out _);
        var calls = new List<string>();

        source.Token.OnStop(_ => calls.Add("stop"));
        source.Token.OnAbort(_ => calls.Add("abort"));

        calls.Should().Equal("stop", "abort");
    }

    [Fact]
    public void A_registration_outlives_its_source_harmlessly()
    {
        var source = new StopSource();
        var registration = source.Token.OnStop(_ => { });
        source.Dispose();

        registration.Unregister().Should().BeFalse();
        registration.Dispose();
    }

    [Fact]
    public void Disposing_does_not_stop()
    {
        var source = new StopSource();
        using var child = StopSource.LinkedTo(source.Token);
        var (stopping, aborting) = (source.Token.Stopping, source.Token.Aborting);

        source.Dispose();

        source.IsStopRequested.Should().BeFalse();
        child.IsStopRequested.Should().BeFalse();
        stopping.IsCancellationRequested.Should().BeFalse();
        aborting.IsCancellationRequested.Should().BeFalse();
        child.RequestStop().Should().BeTrue("it lives on alone");
    }

    [Fact]
    public void Disposing_takes_the_timers_away()
    {
        var source = new StopSource(_clock);
        source.StopAfter(TimeSpan.FromSeconds(1));
        var stopped = new StopSource(_clock);
        stopped.RequestStop(grace: TimeSpan.FromSeconds(1));
        _clock.ActiveTimers.Should().Be(2);

        source.Dispose();
        stopped.Dispose();

        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void A_parent_does_not_reach_a_disposed_child()
    {
        using var parent = new StopSource();
        var child = StopSource.LinkedTo(parent.Token);

        child.Dispose();
        parent.RequestAbort();

        child.Stage.Should().Be(StopStage.Running);
        child.Token.CanBeStopped.Should().BeFalse();
    }

    [Fact]
    public void A_scope_below_a_disposed_source_without_parents_stops_alone()
    {
        var source = Disposed(StopStage.Running, out _);

        using var child = StopSource.LinkedTo(source.Token);
        using var shield = source.Token.Shield(Timeout.InfiniteTimeSpan);

        child.RequestStop().Should().BeTrue();
        shield.RequestStop().Should().BeTrue();
        source.LiveChildren.Should().Be(0);
    }

    private StopSource Disposed(StopStage stage, out (StopStage, StopReason?, StopReason?) state)
    {
        var source = new StopSource(_clock);
        if (stage != StopStage.Running)
            source.RequestStop("stop");
        if (stage == StopStage.Aborting)
            source.RequestAbort("abort");
        state = (source.Stage, source.Reason, source.AbortReason);
        source.Dispose();
        return source;
    }
}
