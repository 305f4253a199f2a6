namespace StopKit.Tests.Support;

public sealed class ManualClockTests
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void It_stands_still_until_it_is_advanced()
    {
        var (time, stamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());

        _clock.Advance(TimeSpan.FromSeconds(3));

        (_clock.GetUtcNow() - time).Should().Be(TimeSpan.FromSeconds(3));
        _clock.GetElapsedTime(stamp).Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Timers_fire_in_due_order_each_at_its_own_time_on_the_advancing_thread()
    {
        Fire("later", seconds: 3);
        Fire("sooner", seconds: 1);
        Fire("not yet", seconds: 9);

        _clock.Advance(TimeSpan.FromSeconds(5));

        _fired.Should().Equal($"sooner at 1 on {Environment.CurrentManagedThreadId}", $"later at 3 on {Environment.CurrentManagedThreadId}");
        _clock.ActiveTimers.Should().Be(1);
    }

    [Fact]
    public void A_timer_that_a_timer_sets_fires_in_the_same_advance_if_it_falls_due()
    {
        using var timer = _clock.CreateTimer(_ => Fire("second", seconds: 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));

        _fired.Should().ContainSingle().Which.Should().StartWith("second at 2");
    }

    [Fact]
    public void A_periodic_timer_fires_once_a_period_until_it_is_disposed()
    {
        var ticks = 0;
        var timer = _clock.CreateTimer(_ => ticks++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(6));
        timer.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(6));

        ticks.Should().Be(3); // after 1, 3 and 5 seconds
        timer.Change(TimeSpan.Zero, TimeSpan.Zero).Should().BeFalse();
    }

    [Fact]
    public void A_changed_timer_forgets_its_first_due_time()
    {
        var timer = _clock.CreateTimer(_ => _fired.Add("fired"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(9));

        _fired.Should().BeEmpty();
    }

    private void Fire(string name, int seconds) => _clock.CreateTimer(
        _ => _fired.Add($"{name} at {_clock.GetElapsedTime(0).TotalSeconds} on {Environment.CurrentManagedThreadId}"),
        state: null,
        TimeSpan.FromSeconds(seconds),
        Timeout.InfiniteTimeSpan);
}
