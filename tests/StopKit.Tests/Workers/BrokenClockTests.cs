namespace StopKit.Tests.Workers;

/// <summary>A clock that throws may cost a result its times, but not the worker its end, nor the process its life.</summary>
public sealed class BrokenClockTests
{
    private readonly BrokenClock _clock = new();

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_completes_though_its_clock_breaks_while_it_runs(WorkerKind kind)
    {
        var hasCleanedUp = false;
        var worker = TestWorkers.Start(
            kind, _ => _clock.IsBroken = true, cleanUp: _ => hasCleanedUp = true, options: new WorkerOptions { TimeProvider = _clock });

        var result = await worker.Completion.WaitAsync(Patience.Limit);

        result.Outcome.Should().Be(WorkerOutcome.Completed);
        result.Duration.Should().BeGreaterThanOrEqualTo(TimeSpan.Zero);
        hasCleanedUp.Should().BeTrue();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_stop_that_is_requested_and_observed_by_a_broken_clock_is_in_the_result(WorkerKind kind)
    {
        var isRunning = new Gate();
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                isRunning.Open();
                stop.Wait();
                stop.Checkpoint();
            },
            options: new WorkerOptions { TimeProvider = _clock });
        await isRunning.PassAsync();
        _clock.IsBroken = true;

        worker.RequestStop("enough");

        var result = await worker.Completion.WaitAsync(Patience.Limit);
        result.Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Stopped && r.Reason!.Message == "enough");
        result.LastCheckpoint.Should().NotBeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_runs_though_its_clock_was_broken_before(WorkerKind kind)
    {
        _clock.IsBroken = true;

        var worker = TestWorkers.Start(kind, _ => { }, options: new WorkerOptions { TimeProvider = _clock });

        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_token_of_a_cleanup_stops_by_the_systems_clock_if_the_workers_makes_no_timer(WorkerKind kind)
    {
        var hasStopped = false;
        var worker = TestWorkers.Start(
            kind,
            _ => _clock.IsBroken = true,
            cleanUp: shielded => hasStopped = SpinWait.SpinUntil(() => shielded.IsStopRequested, Patience.Limit),
            options: new WorkerOptions { TimeProvider = _clock, CleanUpLimit = TimeSpan.FromMilliseconds(20) });

        await worker.Completion.WaitAsync(Patience.Limit);

        hasStopped.Should().BeTrue();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_stop_ends_a_worker_whose_clock_makes_no_timer(WorkerKind kind)
    {
        var isRunning = new Gate();
        var clock = new TestSupport.BrokenClock { MakesNoTimer = true };
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                isRunning.Open();
                stop.Stopping.WaitHandle.WaitOne();
            },
            options: new WorkerOptions { TimeProvider = clock });
        await isRunning.PassAsync();

        var result = await worker.StopAsync().WaitAsync(Patience.Limit);

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), InlineData(false), InlineData(true)]
    public async Task A_stop_gives_up_by_the_systems_clock_if_the_workers_makes_no_timer(bool isAsync)
    {
        var mayEnd = new Gate();
        var options = new WorkerOptions
        {
            TimeProvider = new TestSupport.BrokenClock { MakesNoTimer = true },
            AbortPeriod = TimeSpan.FromMilliseconds(20),
        };
        var worker = AsyncWorker.Start("stubborn", _ => mayEnd.PassAsync(), options: options);
        var grace = TimeSpan.FromMilliseconds(20);

        var result = await Task.Run(() => isAsync ? worker.StopAsync(grace) : Task.FromResult(worker.Stop(grace))).WaitAsync(Patience.Limit);

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        mayEnd.Open();
        await worker.Completion.WaitAsync(Patience.Limit);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_whose_clock_makes_no_timer_gives_its_members_their_grace()
    {
        var options = new WorkerOptions { TimeProvider = new TestSupport.BrokenClock { MakesNoTimer = true } };
        var group = new WorkerGroup("app", options: options);
        group.Add("slow", stop => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Aborting));
        group.Start();

        group.RequestStop(grace: TimeSpan.FromMilliseconds(50));
        var result = await group.Completion.WaitAsync(Patience.Limit);

        result.Outcome.Should().Be(WorkerOutcome.Aborted);
        group.StopToken.AbortReason!.Cause.Should().Be(StopCause.Deadline);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_whose_clock_breaks_before_its_stop_waits_its_abort_period_and_names_who_is_late()
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        var options = new WorkerOptions { TimeProvider = _clock, AbortPeriod = TimeSpan.FromMilliseconds(50) };
        var group = new WorkerGroup("app", options: options);
        group.Add("stuck", _ =>
        {
            isRunning.Open();
            return mayEnd.PassAsync();
        });
        group.Start();
        await isRunning.PassAsync();
        _clock.IsBroken = true;

        group.RequestStop();
        var result = await group.Completion.WaitAsync(Patience.Limit);

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        group.Report.Late.Should().ContainSingle().Which.Path.Should().Be("app/stuck");
        mayEnd.Open();
        Patience.Until(() => group.Report.IsComplete);
    }

    private sealed class BrokenClock : TimeProvider
    {
        private volatile bool _isBroken;

        internal bool IsBroken
        {
            get => _isBroken;
            set => _isBroken = value;
        }

        public override long TimestampFrequency => IsBroken ? throw new InvalidOperationException("no frequency") : base.TimestampFrequency;

        public override long GetTimestamp() => IsBroken ? throw new InvalidOperationException("no time") : base.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            IsBroken ? throw new InvalidOperationException("no timer") : base.CreateTimer(callback, state, dueTime, period);
    }
}
