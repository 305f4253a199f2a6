namespace StopKit.Tests.Workers;

public sealed class PeriodicWorkerTests
{
    private readonly ManualClock _clock = new();
    private readonly List<double> _ticks = [];

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_first_tick_comes_after_one_period_and_then_one_every_period()
    {
        await using var worker = Start(_ => { });

        Advance(0.9);
        Advance(0.1);
        Advance(1);
        Advance(1);

        WaitForNextTick();
        _ticks.Should().Equal(1, 2, 3);
        worker.Period.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_tick_that_takes_time_does_not_move_the_next_one()
    {
        await using var worker = Start(_ => _clock.Advance(TimeSpan.FromSeconds(0.3)));

        Advance(1);
        Advance(0.7);
        Advance(0.7);

        WaitForNextTick();
        _ticks.Should().Equal(1, 2, 3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Of_missed_ticks_one_follows_at_once_and_the_phase_is_kept()
    {
        var isFirst = true;
        await using var worker = Start(_ =>
        {
            if (isFirst)
                _clock.Advance(TimeSpan.FromSeconds(3.5)); // past those of 2, 3 and 4
            isFirst = false;
        });

        Advance(1);
        Advance(0.5);
        Advance(1);

        WaitForNextTick();
        _ticks.Should().Equal(1, 4.5, 5, 6);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_tick_that_ends_when_the_next_is_due_misses_none()
    {
        await using var worker = Start(_ =>
        {
            if (_ticks.Count <= 3)
                _clock.Advance(TimeSpan.FromSeconds(1));
        });

        Advance(1);

        WaitForNextTick();
        _ticks.Should().Equal(1, 2, 3, 4);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Ticks_never_overlap()
    {
        var (inside, overlapped, mayEnd) = (0, false, new Gate());
        var isInside = new Gate();
        await using var worker = PeriodicWorker.Start(
            "one",
            TimeSpan.FromSeconds(1),
            async _ =>
            {
                overlapped |= Interlocked.Increment(ref inside) > 1;
                _ticks.Add(_clock.GetElapsedTime(0).TotalSeconds);
                isInside.Open();
                await mayEnd.PassAsync();
                Interlocked.Decrement(ref inside);
            },
            options: new WorkerOptions { TimeProvider = _clock });

        Advance(1);
        await isInside.PassAsync();
        for (var second = 0; second < 10; second++)
            _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.ActiveTimers.Should().Be(0, "no timer runs while a tick does");
        mayEnd.Open();

        WaitForNextTick();
        overlapped.Should().BeFalse();
        _ticks.Should().Equal(1, 11);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_while_it_waits_ends_it_without_a_tick_and_without_an_exception()
    {
        var worker = Start(_ => { });
        WaitForNextTick();

        worker.RequestStop("enough");

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.Outcome == WorkerOutcome.Stopped && r.Exception == null && r.StopLatency == TimeSpan.Zero);
        _ticks.Should().BeEmpty();
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_during_a_tick_lets_it_end_and_begins_no_other_even_if_it_is_due()
    {
        PeriodicWorker? worker = null;
        worker = Start(_ =>
        {
            worker!.RequestStop();
            _clock.Advance(TimeSpan.FromSeconds(5));
        });

        Advance(1);

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        _ticks.Should().Equal(1);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_tick_sees_the_stop()
    {
        var seen = false;
        var isTicking = new Gate();
        var worker = PeriodicWorker.Start(
            "one",
            TimeSpan.FromSeconds(1),
            async stop =>
            {
                isTicking.Open();
                seen = await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            },
            options: new WorkerOptions { TimeProvider = _clock });
        Advance(1);
        await isTicking.PassAsync();

        worker.RequestStop();

        await worker.Completion;
        seen.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Complete_while_it_waits_completes_it_without_a_tick()
    {
        var worker = Start(_ => { });
        WaitForNextTick();

        worker.Complete();
        worker.Complete();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Completed && r.Reason == null);
        _ticks.Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_tick_may_complete_the_worker()
    {
        PeriodicWorker? worker = null;
        worker = Start(_ =>
        {
            if (_ticks.Count == 2)
                worker!.Complete();
        });

        Advance(1);
        Advance(1);

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        _ticks.Should().Equal(1, 2);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_period_that_is_no_whole_number_of_milliseconds_keeps_its_phase()
    {
        await using var worker = Start(_ => { }, TimeSpan.FromMilliseconds(1.5));

        for (var millisecond = 1; millisecond <= 6; millisecond++)
            Advance(0.001);

        WaitForNextTick();
        _ticks.Should().Equal(0.002, 0.003, 0.005, 0.006);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-0.001)] // Timeout.InfiniteTimeSpan
    [InlineData(25 * 24 * 60 * 60)]
    public async Task A_period_out_of_range_is_refused(double seconds)
    {
        var starting = () => Start(_ => { }, TimeSpan.FromSeconds(seconds));

        starting.Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("period");
        await Task.CompletedTask;
    }

    private PeriodicWorker Start(Action<StopToken> tick, TimeSpan? period = null) => PeriodicWorker.Start(
        "one",
        period ?? TimeSpan.FromSeconds(1),
        stop =>
        {
            _ticks.Add(_clock.GetElapsedTime(0).TotalSeconds);
            tick(stop);
            return Task.CompletedTask;
        },
        options: new WorkerOptions { TimeProvider = _clock });

    private void Advance(double seconds) => _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(seconds));

    private void WaitForNextTick() => Patience.Until(() => _clock.ActiveTimers > 0);
}
