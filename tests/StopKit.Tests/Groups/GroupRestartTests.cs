namespace StopKit.Tests.Groups;

/// <summary>Members that fail are made anew: after a pause that grows, up to a limit that decays while they are healthy.</summary>
public sealed class GroupRestartTests
{
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly ListLogger _logger = new();
    private int _runs;

    private WorkerOptions Options => new() { TimeProvider = _clock, Logger = _logger };

    private IReadOnlyList<string> Pauses => [.. _logger.Entries.Where(entry => entry.Id == 2006).Select(entry => entry.Text)];

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_failed_member_runs_again_after_a_pause_between_half_and_the_whole_backoff()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        AddFlaky(group, failures: 1);
        group.Start();

        _clock.AdvanceOnceWaitedOn((Backoff / 2) - TimeSpan.FromMilliseconds(1));
        Volatile.Read(ref _runs).Should().Be(1);
        _clock.Advance((Backoff / 2) + TimeSpan.FromMilliseconds(2));
        Patience.Until(() => Volatile.Read(ref _runs) == 2);

        Pauses.Should().ContainSingle().Which.Should().StartWith("flaky: Restarts in 00:00:00.");
        var result = await group.StopAsync();
        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.Exception.Should().BeNull("a failure that was made good is in the log");
        group.Report.Entries.Should().ContainSingle().Which.Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_report_says_of_a_member_that_it_waits_for_its_restart_and_not_of_one_that_has_failed_for_good()
    {
        var group = Group(FailurePolicy.KeepRunning);
        group.Add("other", stop => stop.Wait());
        group.Add("lost", _ => throw new InvalidDataException(), new MemberOptions());
        group.Add("flaky", (Action<StopToken>)(_ => throw new InvalidDataException()), new MemberOptions { Policy = FailurePolicy.Restart(Backoff, limit: 5) });
        group.Start();

        Patience.Until(() => Pauses.Count == 1);
        Patience.Until(() => group.Report.Entries.Count(entry => entry.IsRestarting) == 1);
        group.Report.Entries.Single(entry => entry.IsRestarting).Should().Match<StopReportEntry>(
            entry => entry.Path == "app/flaky" && entry.Outcome == WorkerOutcome.Faulted);

        await group.StopAsync();
        group.Report.Entries.Should().OnlyContain(entry => !entry.IsRestarting);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Past_the_limit_the_last_fault_stops_the_group()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 3));
        AddFlaky(group, failures: int.MaxValue);
        group.Add("other", stop => stop.Wait());
        group.Start();

        for (var restart = 1; restart <= 3; restart++)
        {
            // As far as this pause lasts at most; further, and the next one could fall due in the same step.
            Patience.Until(() => Pauses.Count == restart);
            _clock.AdvanceOnceWaitedOn(Backoff * (1 << (restart - 1)));
        }

        var result = await group.Completion;

        Volatile.Read(ref _runs).Should().Be(4);
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception!.Message.Should().Be("failure 4");
        result.Reason!.Message.Should().Be("flaky failed: InvalidDataException: failure 4");
        group.Report.Entries[1].Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Each_member_has_an_account_of_its_own()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 1));
        AddFlaky(group, failures: 1);
        var others = 0;
        group.Add("other", _ =>
        {
            if (Interlocked.Increment(ref others) == 1)
                throw new InvalidDataException();
        });
        group.Start();

        _clock.AdvanceOnceWaitedOn(Backoff, timers: 2);
        Patience.Until(() => Volatile.Read(ref _runs) == 2 && Volatile.Read(ref others) == 2);

        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Time_in_health_takes_restarts_off_the_account()
    {
        var healthyAfter = TimeSpan.FromMinutes(1);
        var group = Group(FailurePolicy.Restart(Backoff, limit: 1, healthyAfter: healthyAfter));
        // Each run is healthy for a minute, then fails: the account never holds more than one.
        AddFlaky(group, failures: 5, healthyFor: healthyAfter);
        group.Start();

        for (var run = 1; run <= 5; run++)
        {
            _clock.AdvanceOnceWaitedOn(healthyAfter);
            Patience.Until(() => Pauses.Count == run);
            _clock.AdvanceOnceWaitedOn(Backoff);
            Patience.Until(() => Volatile.Read(ref _runs) == run + 1);
        }

        group.StopToken.IsStopRequested.Should().BeFalse();
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Less_time_in_health_does_not()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 1, healthyAfter: TimeSpan.FromMinutes(1)));
        var almost = TimeSpan.FromSeconds(59);
        AddFlaky(group, failures: 5, healthyFor: almost);
        group.Start();

        _clock.AdvanceOnceWaitedOn(almost);
        Patience.Until(() => Pauses.Count == 1);
        _clock.AdvanceOnceWaitedOn(Backoff);
        Patience.Until(() => Volatile.Read(ref _runs) == 2);
        _clock.AdvanceOnceWaitedOn(almost);

        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Faulted);
        Volatile.Read(ref _runs).Should().Be(2);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Nothing_is_restarted_once_the_stop_came_in_the_pause()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        AddFlaky(group, failures: int.MaxValue);
        group.Add("other", stop => stop.Wait());
        group.Start();
        Patience.Until(() => Pauses.Count == 1 && _clock.ActiveTimers == 1);

        var result = await group.StopAsync();
        _clock.Advance(TimeSpan.FromHours(1));

        Volatile.Read(ref _runs).Should().Be(1);
        result.Outcome.Should().Be(WorkerOutcome.Stopped, "the policy was about to make the failure good");
        result.Exception.Should().BeNull();
        result.Reason!.Cause.Should().Be(StopCause.Requested);
        group.Report.Entries[0].Exception!.Message.Should().Be("failure 1", "the report keeps the worker that failed");
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Nothing_is_restarted_once_the_stop_came_while_the_factory_was_at_work()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        var (isMaking, mayBeMade, lastStage) = (new Gate(), new Gate(), new Gate());
        var made = new List<Worker>();
        group.Add(
            () =>
            {
                if (made.Count == 1)
                {
                    isMaking.Open();
                    mayBeMade.Pass();
                }

                made.Add(TestWorkers.Make(WorkerKind.Thread, _ => Fail(), options: Options, name: "flaky"));
                return made[^1];
            },
            order: 0);
        // Its stage is asked first, so that the one of the restart is still running when the factory returns.
        group.Add("later", _ => lastStage.Pass(), order: 1);
        group.Start();
        Patience.Until(() => Pauses.Count == 1); // before that the timer of the cleanup's limit is waited on
        _clock.AdvanceOnceWaitedOn(Backoff);
        await isMaking.PassAsync();

        group.RequestStop();
        mayBeMade.Open();
        Patience.Until(() => made.Count == 2 && made[1] is { State: WorkerState.Finished });
        lastStage.Open();
        await group.Completion;

        Volatile.Read(ref _runs).Should().Be(1);
        (await made[1].Completion).Outcome.Should().Be(WorkerOutcome.NotRun);
        group.Report.Entries[0].Exception!.Message.Should().Be("failure 1", "the report keeps the worker that failed");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_fault_that_a_stop_brings_about_is_not_restarted()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        group.Add("writer", stop =>
        {
            Interlocked.Increment(ref _runs);
            stop.Wait();
            throw new IOException("flush failed");
        });
        group.Start();

        var result = await group.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<IOException>();
        Pauses.Should().BeEmpty();
        Volatile.Read(ref _runs).Should().Be(1);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public Task A_factory_that_throws_stops_the_group() =>
        AFactoryStopsTheGroup(() => throw new IOException("no more handles"), "flaky failed: IOException: no more handles");

    [Fact(Timeout = Patience.TestTimeout)]
    public Task A_factory_that_returns_null_stops_the_group() =>
        AFactoryStopsTheGroup(() => null!, "flaky failed: InvalidOperationException: The factory returned no worker.");

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_factory_that_returns_a_stopped_worker_stops_the_group()
    {
        var stopped = TestWorkers.Make(WorkerKind.Async, _ => { }, name: "flaky");
        await stopped.StopAsync();

        await AFactoryStopsTheGroup(() => stopped, "flaky failed: InvalidOperationException: Worker 'flaky' was started or stopped,*");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_without_a_factory_cannot_be_restarted_so_its_fault_stops_the_group()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        group.Add(TestWorkers.Make(WorkerKind.Async, _ => Fail(), options: Options, name: "once"));

        group.Start();

        (await group.Completion).Reason!.Message.Should().Be("once failed: InvalidDataException: failure 1");
        Pauses.Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_that_exits_or_ends_well_is_not_restarted()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        group.Add("license", _ => throw new ExitException(3));
        group.Add("import", _ => { });

        group.Start();

        (await group.Completion).ExitCode.Should().Be(3);
        Pauses.Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_that_waits_to_restart_its_only_member_is_not_reported_as_ended()
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        AddFlaky(group, failures: 1);
        group.Start();
        Patience.Until(() => Pauses.Count == 1);

        var report = group.Report;

        report.IsComplete.Should().BeFalse("the member will run again, and use what it uses");
        report.Entries.Select(entry => $"{entry.Path}: {entry.Outcome}").Should().Equal("app/flaky: Faulted", "app: Running");
        await group.StopAsync();
        group.Report.IsComplete.Should().BeTrue();
        group.Report.Entries.Should().ContainSingle();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_child_group_is_restarted_as_a_whole()
    {
        var app = Group(FailurePolicy.Restart(Backoff, limit: 5));
        app.Add(() =>
        {
            var mail = new WorkerGroup("mail", options: Options);
            AddFlaky(mail, failures: 1);
            return mail;
        });
        app.Start();

        Patience.Until(() => Pauses.Count == 1); // before that timers of the group that has failed are waited on
        _clock.AdvanceOnceWaitedOn(Backoff);
        Patience.Until(() => Volatile.Read(ref _runs) == 2);

        (await app.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
        app.Report.Entries.Should().ContainSingle().Which.Path.Should().Be("app/mail/flaky");
    }

    private async Task AFactoryStopsTheGroup(Func<Worker> secondTime, string message)
    {
        var group = Group(FailurePolicy.Restart(Backoff, limit: 5));
        var calls = 0;
        group.Add(() => ++calls == 1 ? TestWorkers.Make(WorkerKind.Async, _ => Fail(), options: Options, name: "flaky") : secondTime());
        group.Add("other", stop => stop.Wait());
        group.Start();

        Patience.Until(() => Pauses.Count == 1); // before that the timer of the cleanup's limit is waited on
        _clock.AdvanceOnceWaitedOn(Backoff);
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Reason!.Message.Should().Match(message);
        result.Exception.Should().BeSameAs(result.Reason.Exception);
        group.Report.Entries.Select(entry => entry.Outcome).Should().Equal(WorkerOutcome.Faulted, WorkerOutcome.Stopped);
    }

    private WorkerGroup Group(FailurePolicy policy) => new("app", policy, Options);

    private void AddFlaky(WorkerGroup group, int failures, TimeSpan healthyFor = default) => group.Add("flaky", async stop =>
    {
        var run = Interlocked.Increment(ref _runs);
        if (run > failures)
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        else if (!await stop.WaitAsync(healthyFor))
            throw new InvalidDataException($"failure {run}");
    });

    private void Fail() => throw new InvalidDataException($"failure {Interlocked.Increment(ref _runs)}");
}
