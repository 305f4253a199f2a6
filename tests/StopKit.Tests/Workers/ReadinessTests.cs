namespace StopKit.Tests.Workers;

/// <summary>When a worker is ready, and what its task says if it never is.</summary>
public sealed class ReadinessTests
{
    private readonly ManualClock _clock = new();
    private readonly Gate _mayReport = new();

    private WorkerOptions Reporting => new() { ReportsReady = true, ReadyLimit = TimeSpan.FromSeconds(7), TimeProvider = _clock };

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_does_not_report_is_ready_once_it_runs(WorkerKind kind)
    {
        var worker = TestWorkers.Make(kind, stop => stop.Wait());
        var whenReady = worker.WhenReady;
        whenReady.IsCompleted.Should().BeFalse();

        worker.Start();

        await whenReady.WaitAsync(Patience.Limit);
        worker.WhenReady.Should().BeSameAs(whenReady);
        worker.Dispose();
        worker.WhenReady.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_reports_is_ready_when_it_says_so_also_through_a_scope(WorkerKind kind)
    {
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                _mayReport.Pass();
                using (var scope = StopSource.LinkedTo(stop))
                    scope.Token.ReportReady();
                stop.ReportReady();
                stop.Wait();
            },
            options: Reporting);
        worker.WhenReady.IsCompleted.Should().BeFalse();

        _mayReport.Open();

        await worker.WhenReady.WaitAsync(Patience.Limit);
        _clock.ActiveTimers.Should().Be(0, "the limit is over");
        _clock.Advance(TimeSpan.FromDays(1));
        (await Task.Run(() => worker.Stop())).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_class_may_report_by_its_own_method()
    {
        await using var worker = new Reporter();

        worker.Start();

        await worker.WhenReady.WaitAsync(Patience.Limit);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task One_that_is_not_ready_within_its_limit_is_named_stopped_and_faulted(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), options: Reporting, name: "database");
        var whenReady = worker.WhenReady;

        _clock.Advance(TimeSpan.FromSeconds(7));

        var thrown = (await FluentActions.Awaiting(() => whenReady.WaitAsync(Patience.Limit)).Should().ThrowAsync<TimeoutException>()).Which;
        thrown.Message.Should().Be("Worker 'database' was not ready within 7 s.");
        var result = await worker.Completion.WaitAsync(Patience.Limit);
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeSameAs(thrown);
        result.Reason!.Message.Should().Be("ready limit of 7 s expired");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_report_after_the_limit_changes_nothing_and_an_own_fault_is_kept_beside_it()
    {
        var worker = TestWorkers.Start(
            WorkerKind.Thread,
            stop =>
            {
                stop.Wait();
                stop.ReportReady();
                throw new InvalidDataException();
            },
            options: Reporting);

        _clock.Advance(TimeSpan.FromSeconds(7));

        (await worker.Completion.WaitAsync(Patience.Limit)).Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions
            .Select(e => e.GetType()).Should().Equal(typeof(InvalidDataException), typeof(TimeoutException));
        worker.WhenReady.IsFaulted.Should().BeTrue();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_stop_before_it_is_ready_cancels_the_wait_and_the_limit(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), options: Reporting);
        var whenReady = worker.WhenReady;

        worker.RequestStop();

        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Stopped);
        whenReady.IsCanceled.Should().BeTrue();
        _clock.ActiveTimers.Should().Be(0);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("completes", TaskStatus.RanToCompletion)]
    [InlineData("faults", TaskStatus.Faulted)]
    [InlineData("exits", TaskStatus.Faulted)]
    [InlineData("not run", TaskStatus.Canceled)]
    public async Task The_end_decides_where_it_did_not_report(string how, TaskStatus expected)
    {
        var worker = Worker.OnTasks(
            "one",
            _ => how switch
            {
                "faults" => throw new InvalidDataException(),
                "exits" => throw new ExitException(3),
                _ => Task.CompletedTask,
            },
            Reporting);
        var early = worker.WhenReady;

        if (how == "not run")
            await worker.StopAsync();
        else
            worker.Start();
        await worker.Completion;

        Patience.Until(() => early.IsCompleted);
        early.Status.Should().Be(expected);
        if (how == "faults")
            early.Exception!.InnerException.Should().BeOfType<InvalidOperationException>().Which.InnerException.Should().BeOfType<InvalidDataException>();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Without_a_worker_and_in_one_that_does_not_report_it_does_nothing()
    {
        using var source = new StopSource();
        source.Token.ReportReady();
        StopToken.None.ReportReady();

        (await AsyncWorker.Start("one", stop =>
        {
            stop.ReportReady();
            return Task.CompletedTask;
        }).Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Fact]
    public void The_limit_is_30_seconds_and_in_range()
    {
        new WorkerOptions().Should().Match<WorkerOptions>(o => !o.ReportsReady && o.ReadyLimit == TimeSpan.FromSeconds(30));
        FluentActions.Invoking(() => new WorkerOptions { ReadyLimit = TimeSpan.FromSeconds(-2) }).Should().Throw<ArgumentOutOfRangeException>();
    }

    private sealed class Reporter() : AsyncWorker("reporter", new WorkerOptions { ReportsReady = true })
    {
        protected override async Task RunAsync(StopToken stop)
        {
            ReportReady();
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        }
    }
}
