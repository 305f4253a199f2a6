namespace StopKit.Tests.Tokens;

public sealed class ShieldTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ManualClock _clock = new();
    private readonly StopSource _outer;

    public ShieldTests() => _outer = new StopSource(_clock);

    public void Dispose() => _outer.Dispose();

    [Fact]
    public void It_does_not_see_the_outer_stop_before_nor_after_it_was_opened()
    {
        using var early = _outer.Token.Shield(Limit);
        _outer.RequestStop("outer");
        using var late = _outer.Token.Shield(Limit);

        early.IsStopRequested.Should().BeFalse();
        late.IsStopRequested.Should().BeFalse();
        early.Token.Stopping.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public void It_stops_at_its_own_limit()
    {
        _outer.RequestStop("outer");
        using var shield = _outer.Token.Shield(Limit);

        _clock.Advance(Limit);

        shield.Stage.Should().Be(StopStage.Stopping);
        shield.Reason!.Message.Should().Be("clean-up limit of 5 s expired");
        _outer.Reason!.Message.Should().Be("outer");
    }

    [Fact]
    public void It_sees_the_outer_abort_and_passes_through_its_own_stop()
    {
        using var shield = _outer.Token.Shield(Limit);
        using var below = StopSource.LinkedTo(shield.Token);
        var calls = new List<string>();
        foreach (var (scope, name) in new[] { (shield, "shield"), (below, "below") })
        {
            scope.Token.OnAbort(_ => calls.Add($"abort {name}"));
            scope.Token.OnStop(_ => calls.Add($"stop {name}"));
        }

        _outer.RequestStop("outer stop");
        calls.Should().BeEmpty();
        _outer.RequestAbort("outer abort");

        calls.Should().Equal("stop below", "stop shield", "abort below", "abort shield");
        foreach (var scope in new[] { shield, below })
        {
            scope.Reason.Should().BeSameAs(_outer.AbortReason, "the abort stopped it");
            scope.AbortReason.Should().BeSameAs(_outer.AbortReason);
        }
    }

    [Fact]
    public void It_keeps_the_reason_of_its_limit_when_the_abort_comes_later()
    {
        using var shield = _outer.Token.Shield(Limit);
        _clock.Advance(Limit);

        _outer.RequestAbort("outer");

        shield.Reason!.Cause.Should().Be(StopCause.Deadline);
        shield.AbortReason!.Message.Should().Be("outer");
    }

    [Fact]
    public void Below_an_aborted_token_it_is_born_aborted()
    {
        _outer.RequestStop("outer stop");
        _outer.RequestAbort("outer abort");

        using var shield = _outer.Token.Shield(Limit);

        shield.Stage.Should().Be(StopStage.Aborting);
        shield.Reason.Should().BeSameAs(_outer.AbortReason, "the abort stopped it");
        shield.AbortReason.Should().BeSameAs(_outer.AbortReason);
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void Zero_stops_it_at_once_and_infinite_never()
    {
        using var none = _outer.Token.Shield(TimeSpan.Zero);
        using var endless = _outer.Token.Shield(Timeout.InfiniteTimeSpan);

        none.IsStopRequested.Should().BeTrue();
        endless.IsStopRequested.Should().BeFalse();
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void Its_own_stop_stays_inside()
    {
        using var shield = _outer.Token.Shield(Limit);

        shield.RequestAbort();

        _outer.Stage.Should().Be(StopStage.Running);
    }

    [Fact]
    public void A_shield_of_None_has_its_limit()
    {
        using var shield = StopToken.None.Shield(TimeSpan.Zero);

        shield.Reason!.Message.Should().Be("clean-up limit of 0 ms expired");
    }

    [Fact]
    public void What_is_below_a_disposed_shield_is_shielded_still()
    {
        var shield = _outer.Token.Shield(Limit);
        using var below = StopSource.LinkedTo(shield.Token);
        shield.Dispose();

        _outer.RequestStop();
        below.IsStopRequested.Should().BeFalse();
        _outer.RequestAbort();

        below.Stage.Should().Be(StopStage.Aborting);
    }

    [Fact]
    public void A_scope_that_hangs_on_the_outer_token_beside_the_shield_sees_the_stop()
    {
        using var shield = _outer.Token.Shield(Limit);
        using var both = StopSource.LinkedTo(shield.Token, _outer.Token);
        shield.Dispose();

        _outer.RequestStop();

        both.Reason.Should().BeSameAs(_outer.Reason);
    }

    [Fact]
    public void A_scope_that_keeps_only_the_full_link_after_the_shield_went_sees_the_stop()
    {
        var (shield, open) = (_outer.Token.Shield(Limit), StopSource.LinkedTo(_outer.Token));
        using var below = StopSource.LinkedTo(shield.Token, open.Token);
        shield.Dispose(); // leaves a link for aborts only
        open.Dispose(); // leaves one for stops as well

        _outer.RequestStop();

        below.Reason.Should().BeSameAs(_outer.Reason);
    }
}
