namespace StopKit.Tests.Tokens;

/// <summary>A clock that throws loses neither a stop nor its callbacks.</summary>
public sealed class BrokenClockTests
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_whose_grace_gets_no_timer_happens_and_is_aborted_by_the_systems_clock()
    {
        using var source = new StopSource(new BrokenClock { MakesNoTimer = true });
        using var child = StopSource.LinkedTo(source.Token);
        var calls = new List<string>();
        child.Token.OnStop(_ => calls.Add("child"));
        source.Token.OnStop(_ => calls.Add("parent"));
        var waiting = BlockedThread<bool>.Start(() => child.Token.Wait(Timeout.InfiniteTimeSpan));

        source.RequestStop(grace: TimeSpan.FromMilliseconds(1)).Should().BeTrue();

        calls.Should().Equal("child", "parent");
        waiting.Result.Should().BeTrue();
        source.CallbackExceptions.Should().ContainSingle().Which.Message.Should().Be("no timer");
        await Task.Run(() => Patience.Until(() => child.IsAbortRequested));
        source.AbortReason!.Message.Should().Be("grace of 1 ms expired");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_deadline_that_gets_no_timer_is_kept_by_the_systems_clock()
    {
        using var source = new StopSource(new BrokenClock { MakesNoTimer = true });

        source.StopAfter(TimeSpan.FromMilliseconds(1));

        await Task.Run(() => Patience.Until(() => source.IsStopRequested));
        source.CallbackExceptions.Should().ContainSingle();
    }

    [Theory]
    [InlineData(StopStage.Stopping)]
    [InlineData(StopStage.Aborting)]
    public void A_request_by_a_clock_without_a_time_runs_its_callbacks(StopStage stage)
    {
        using var source = new StopSource(new BrokenClock { HasNoTime = true });
        using var child = StopSource.LinkedTo(source.Token);
        var calls = 0;
        child.Token.OnStop(_ => calls++);

        var wasFirst = stage == StopStage.Aborting ? source.RequestAbort() : source.RequestStop(grace: Patience.Limit);

        wasFirst.Should().BeTrue();
        calls.Should().Be(1);
        child.Stage.Should().Be(stage);
        source.Reason!.RequestedAt.Should().BeAfter(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), "the system's clock stands in");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_waiter_is_told_that_its_clock_makes_no_timer_and_hangs_on_nothing()
    {
        using var source = new StopSource(new BrokenClock { MakesNoTimer = true });
        var unset = new StopEvent(timeProvider: new BrokenClock { MakesNoTimer = true });
        Func<Task>[] waits =
        [
            async () => await source.Token.WaitAsync(Patience.Limit),
            () => Task.FromResult(source.Token.Wait(Patience.Limit)),
            async () => await unset.WaitAsync(Patience.Limit, source.Token),
            () => Task.FromResult(unset.Wait(Patience.Limit, source.Token)),
        ];

        foreach (var wait in waits)
            await wait.Should().ThrowAsync<InvalidOperationException>();

        source.RequestStop().Should().BeTrue();
        unset.Set();
        source.CallbackExceptions.Should().BeEmpty();
    }
}
