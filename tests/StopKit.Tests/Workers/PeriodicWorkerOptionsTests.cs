namespace StopKit.Tests.Workers;

/// <summary>The first delay, the jitter, and what becomes of missed ticks.</summary>
public sealed class PeriodicWorkerOptionsTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly ManualClock _clock = new();
    private readonly List<TimeSpan> _ticks = [];

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_wait_for_the_first_tick_that_is_longer_than_any_time_limit_is_a_wait()
    {
        var longest = TimeSpan.FromMilliseconds(int.MaxValue);
        var worker = Worker.Every(
            "rare",
            longest,
            _ =>
            {
                _ticks.Add(longest);
                return Task.CompletedTask;
            },
            new PeriodicWorkerOptions { FirstDelay = longest, Jitter = longest, Worker = new WorkerOptions { TimeProvider = _clock } });
        worker.Start();

        _clock.AdvanceOnceWaitedOn(longest);
        _clock.AdvanceOnceWaitedOn(longest);

        Patience.Until(() => _ticks.Count == 1);
        (await worker.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(null, 10)]
    [InlineData(3, 3)]
    [InlineData(0, 0)]
    [InlineData(25, 25)]
    public async Task The_first_delay_sets_the_phase(int? delay, int first)
    {
        var start = _clock.GetTimestamp();
        var worker = Make(new() { FirstDelay = delay is { } seconds ? TimeSpan.FromSeconds(seconds) : null }, start);
        worker.Start();

        if (first > 0)
            _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(first));
        UntilTicked(1);
        _clock.AdvanceOnceWaitedOn(Period);
        UntilTicked(2);

        await worker.StopAsync();
        _ticks.Should().Equal(TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(first) + Period);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(MissedTicks.Skip, "10, 45, 50")]
    [InlineData(MissedTicks.CatchUp, "10, 45, 45, 45, 50")]
    public async Task Missed_ticks_are_skipped_or_made_up_for_and_the_phase_stays(MissedTicks missed, string expected)
    {
        var start = _clock.GetTimestamp();
        var worker = Worker.Every(
            "ticks",
            Period,
            _ =>
            {
                lock (_ticks)
                    _ticks.Add(_clock.GetElapsedTime(start));
                if (_ticks.Count == 1)
                    _clock.Advance(TimeSpan.FromSeconds(35)); // the first one takes until 45 s: those of 20, 30 and 40 s are missed
                return Task.CompletedTask;
            },
            new PeriodicWorkerOptions { MissedTicks = missed, Worker = new WorkerOptions { TimeProvider = _clock } });
        worker.Start();

        _clock.AdvanceOnceWaitedOn(Period);
        var count = expected.Split(',').Length;
        UntilTicked(count - 1);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5));
        UntilTicked(count);

        await worker.StopAsync();
        string.Join(", ", _ticks.Select(tick => tick.TotalSeconds)).Should().Be(expected);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Jitter_delays_a_tick_by_less_than_its_limit_and_keeps_the_phase()
    {
        var start = _clock.GetTimestamp();
        var worker = Make(new() { Jitter = TimeSpan.FromSeconds(4) }, start);
        worker.Start();

        for (var tick = 1; tick <= 20; tick++)
        {
            var count = tick;
            while (Count() < count)
            {
                if (_clock.ActiveTimers > 0)
                    _clock.Advance(TimeSpan.FromMilliseconds(250));
                else
                    await Task.Yield();
            }
        }

        await worker.StopAsync();
        var delays = _ticks.Select((tick, index) => tick - ((index + 1) * Period)).ToList();
        delays.Should().OnlyContain(delay => delay >= TimeSpan.Zero && delay <= TimeSpan.FromSeconds(4.5));
        delays.Distinct().Count().Should().BeGreaterThan(3, "chance decides");
    }

    [Fact]
    public void Options_have_the_documented_defaults_and_ranges()
    {
        var options = new PeriodicWorkerOptions();

        options.Should().Match<PeriodicWorkerOptions>(o => o.FirstDelay == null && o.Jitter == TimeSpan.Zero && o.MissedTicks == MissedTicks.Skip);
        FluentActions.Invoking(() => options with { FirstDelay = Timeout.InfiniteTimeSpan }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => options with { Jitter = TimeSpan.FromSeconds(-1) }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => options with { MissedTicks = (MissedTicks)9 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => options with { Worker = null! }).Should().Throw<ArgumentNullException>();
    }

    private PeriodicWorker Make(PeriodicWorkerOptions options, long start) => Worker.Every(
        "ticks",
        Period,
        _ =>
        {
            lock (_ticks)
                _ticks.Add(_clock.GetElapsedTime(start));
            return Task.CompletedTask;
        },
        options with { Worker = new WorkerOptions { TimeProvider = _clock } });

    private int Count()
    {
        lock (_ticks)
            return _ticks.Count;
    }

    private void UntilTicked(int count) => Patience.Until(() => Count() >= count);
}
