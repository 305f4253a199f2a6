namespace StopKit.Tests.Groups;

/// <summary>Each order is started when the one before is ready.</summary>
public sealed class GroupReadinessTests
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(7);

    private readonly ManualClock _clock = new();
    private readonly Journal _journal = new();

    private WorkerOptions Options => new() { TimeProvider = _clock };

    private MemberOptions Reporting(int order) => new()
    {
        Order = order,
        Worker = new WorkerOptions { ReportsReady = true, ReadyLimit = ReadyLimit, TimeProvider = _clock },
    };

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_order_starts_only_when_all_of_the_one_before_are_ready()
    {
        var group = new WorkerGroup("app", options: Options);
        var (database, cache, queue) = (new Gate(), new Gate(), new Gate());
        Add(group, "web", order: 3, new Gate());
        Add(group, "database", order: 1, database);
        Add(group, "cache", order: 1, cache);
        Add(group, "queue", order: 2, queue);
        var whenReady = group.WhenReady;

        group.Start();
        _journal.Await(2).Should().BeEquivalentTo("database", "cache");
        group.Report.Entries.Select(entry => entry.Outcome).Should().Equal(
            WorkerOutcome.NotRun, WorkerOutcome.Running, WorkerOutcome.Running, WorkerOutcome.NotRun);
        cache.Open();
        _journal.Entries.Should().HaveCount(2);
        database.Open();
        _journal.Await(3)[2].Should().Be("queue");
        queue.Open();
        _journal.Await(4)[3].Should().Be("web");

        whenReady.IsCompleted.Should().BeFalse("the web is not ready");
        await group.StopAsync();
        whenReady.IsCanceled.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_is_ready_when_all_its_members_are_and_a_group_of_groups_too()
    {
        var app = new WorkerGroup("app", options: Options);
        var mail = new WorkerGroup("mail", options: Options);
        var spool = new Gate();
        Add(mail, "spool", order: 0, spool);
        app.Add(mail, order: 1);
        app.Add("web", stop => Run("web", stop), order: 2);
        app.Start();
        _journal.Await(1);
        app.WhenReady.IsCompleted.Should().BeFalse();

        spool.Open();

        await app.WhenReady.WaitAsync(Patience.Limit);
        await mail.WhenReady.WaitAsync(Patience.Limit);
        _journal.Await(2).Should().Equal("spool", "web");
        await app.StopAsync();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Without_members_that_report_all_have_started_and_are_ready_when_Start_returns()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("cache", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask(), order: 1);
        group.Add("web", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask(), order: 2);

        group.Start();

        group.Report.Entries.Should().OnlyContain(entry => entry.Outcome == WorkerOutcome.Running);
        await group.WhenReady.WaitAsync(Patience.Limit);
        await group.StopAsync();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_limit_names_the_member_that_was_not_ready_and_fails_the_group()
    {
        var group = new WorkerGroup("app", options: Options);
        Add(group, "database", order: 1, new Gate());
        group.Add("web", stop => Run("web", stop), order: 2);
        group.Start();
        _journal.Await(1);

        _clock.AdvanceOnceWaitedOn(ReadyLimit);
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<TimeoutException>().Which.Message.Should().Be("Worker 'app/database' was not ready within 7 s.");
        group.ExitCode.Should().Be(1);
        group.Report.Entries.Select(entry => entry.Outcome).Should().Equal(WorkerOutcome.Faulted, WorkerOutcome.NotRun);
        _journal.Entries.Should().Equal("database", "database stopped");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_while_waiting_ends_at_once_and_in_order()
    {
        var group = new WorkerGroup("app", options: Options);
        Add(group, "cache", order: 1);
        Add(group, "database", order: 2, new Gate());
        Add(group, "web", order: 3);
        group.Start();
        _journal.Await(2).Should().BeEquivalentTo(["cache", "database"], "a member that reports nothing is ready before its body runs");

        var result = await group.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.StopDuration.Should().Be(TimeSpan.Zero);
        _journal.Entries.Skip(2).Should().Equal("database stopped", "cache stopped");
        group.Report.Entries.Select(entry => entry.Outcome).Should().Equal(WorkerOutcome.Stopped, WorkerOutcome.Stopped, WorkerOutcome.NotRun);
        group.Report.IsComplete.Should().BeTrue();
        _clock.UntilNoTimers();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_that_fails_before_it_is_ready_is_waited_for_again_after_its_restart()
    {
        var group = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 3), Options);
        var (runs, ready) = (0, new Gate());
        group.Add(
            "database",
            async stop =>
            {
                _journal.Add($"database {++runs}");
                if (runs == 1)
                    throw new IOException("refused");
                await ready.PassAsync();
                stop.ReportReady();
                await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            },
            Reporting(order: 1));
        group.Add("web", stop => Run("web", stop), order: 2);
        group.Start();
        Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            return _journal.Entries.Count == 2;
        });
        _journal.Entries.Should().Equal("database 1", "database 2");

        ready.Open();

        _journal.Await(3)[2].Should().Be("web");
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task With_KeepRunning_a_member_that_fails_before_it_is_ready_holds_up_no_other_order()
    {
        var group = new WorkerGroup("app", FailurePolicy.KeepRunning, Options);
        group.Add("database", _ => throw new IOException("refused"), Reporting(order: 1));
        group.Add("web", stop => Run("web", stop), order: 2);

        group.Start();

        _journal.Await(1).Should().Equal("web");
        await group.WhenReady.WaitAsync(Patience.Limit);
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Faulted);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_is_added_meanwhile_waits_for_its_turn()
    {
        var group = new WorkerGroup("app", options: Options);
        var database = new Gate();
        Add(group, "database", order: 2, database);
        group.Start();
        _journal.Await(1);

        Add(group, "web", order: 3);
        Add(group, "cache", order: 1);
        _journal.Await(2).Should().Equal("database", "cache");
        database.Open();

        _journal.Await(3)[2].Should().Be("web");
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_is_added_in_the_moment_of_the_start_waits_for_its_turn()
    {
        for (var round = 0; round < 300; round++)
        {
            var group = new WorkerGroup("app", options: Options);
            var (database, runs) = (new Gate(), 0);
            Add(group, "database", order: 1, database);
            using var adds = new ManualResetEventSlim();
            var adder = Task.Run(() =>
            {
                adds.Set();
                while (group.State == WorkerState.Created)
                    Thread.SpinWait(1);
                for (var count = 0; count < 20; count++)
                    group.Add("web", stop => Interlocked.Increment(ref runs) > 0 ? stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask() : null!, order: 2);
            });
            adds.Wait();

            group.Start();
            await adder;
            var running = group.Report.Entries.Count(entry => entry.Path.StartsWith("app/web", StringComparison.Ordinal)
                && entry.Outcome == WorkerOutcome.Running);
            await group.StopAsync();

            (running, runs).Should().Be((0, 0), "the database was not ready, in round {0}", round);
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_is_added_to_an_order_that_is_being_started_holds_up_the_next_one_too()
    {
        var group = new WorkerGroup("app", options: Options);
        var (database, cache, earlier) = (new Gate(), new Gate(), new Gate());
        var first = new ReadyBody(database, _journal);
        group.Add(first, new MemberOptions { Order = 2 });
        var isReady = first.WhenReady;
        Add(group, "web", order: 3);
        group.Start();
        _journal.Await(1);
        Add(group, "cache", order: 2, cache);
        Add(group, "earlier", order: 1, earlier);
        _journal.Await(3);

        database.Open();
        await isReady.WaitAsync(Patience.Limit);
        cache.Open();
        _journal.Entries.Should().HaveCount(3, "one of the orders so far is not ready");
        earlier.Open();

        _journal.Await(4)[3].Should().Be("web");
        await group.StopAsync();
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_member_that_is_not_ready_and_does_not_heed_its_stop_either_holds_up_no_group(bool stopsGroup)
    {
        var policy = stopsGroup ? FailurePolicy.StopGroup : FailurePolicy.KeepRunning;
        var group = new WorkerGroup("app", policy, Options with { Grace = TimeSpan.Zero, AbortPeriod = TimeSpan.Zero });
        var release = new Gate();
        group.Add("database", _ => release.PassAsync(), Reporting(order: 1));
        group.Add("web", stop => Run("web", stop), order: 2);
        group.Start();

        _clock.AdvanceOnceWaitedOn(ReadyLimit);

        if (!stopsGroup)
        {
            _journal.Await(1).Should().Equal("web");
            _ = group.StopAsync();
        }

        var result = await group.Completion.WaitAsync(Patience.Limit);
        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.Exception.Should().BeOfType<TimeoutException>();
        result.Reason!.Message.Should().StartWith(stopsGroup ? "database failed: TimeoutException" : "stop requested");
        group.Report.Late.Should().Contain(static entry => entry.Path == "app/database"); // in no time "web" may be late, too
        release.Open();
        Patience.Until(() => group.Report.IsComplete);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_restart_policy_does_not_wait_for_ever_for_a_member_that_is_neither_ready_nor_ends()
    {
        var policy = FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 3);
        var group = new WorkerGroup("app", policy, Options with { Grace = TimeSpan.Zero, AbortPeriod = TimeSpan.Zero });
        var (runs, release) = (0, new Gate());
        group.Add(
            "database",
            _ =>
            {
                Interlocked.Increment(ref runs);
                return release.PassAsync();
            },
            Reporting(order: 1, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(3)));
        group.Add("web", stop => Run("web", stop), order: 2);
        group.Start();

        _clock.AdvanceOnceWaitedOn(ReadyLimit);
        Patience.Until(() => _clock.ActiveTimers >= 1);
        group.StopToken.IsStopRequested.Should().BeFalse("it may still end within its grace, and is restarted then");
        Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1)); // through the member's grace and abort period
            return group.Completion.IsCompleted;
        });

        var result = await group.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.Exception.Should().BeOfType<TimeoutException>().Which.Message.Should().StartWith("Worker 'app/database' was not ready");
        result.Reason!.Message.Should().StartWith("database failed: TimeoutException");
        group.Report.Late.Should().ContainSingle().Which.Path.Should().Be("app/database");
        (runs, _journal.Entries.Count).Should().Be((1, 0), "nothing is started over a late one, nor what depends on it");
        release.Open();
        Patience.Until(() => group.Report.IsComplete);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_that_ends_within_its_grace_after_the_limit_is_restarted()
    {
        var group = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 3), Options);
        var (runs, ready) = (0, new Gate());
        group.Add(
            "database",
            async stop =>
            {
                if (Interlocked.Increment(ref runs) > 1)
                    stop.ReportReady();
                await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            },
            Reporting(order: 1));
        group.Add("web", stop => Run("web", stop), order: 2);
        group.Start();

        Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return _journal.Entries.Count == 1;
        });

        runs.Should().Be(2);
        group.Report.Entries[0].Restarts.Should().Be(1);
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task With_KeepRunning_a_member_that_is_neither_ready_nor_ends_is_named_late_before_any_stop()
    {
        var group = new WorkerGroup("app", FailurePolicy.KeepRunning, Options);
        var release = new Gate();
        group.Add("database", _ => release.PassAsync(), Reporting(order: 1));
        group.Add("web", stop => Run("web", stop), order: 2);
        group.Start();

        _clock.AdvanceOnceWaitedOn(ReadyLimit);
        _journal.Await(1).Should().Equal("web");
        group.Report.Late.Should().BeEmpty("it has its grace");
        Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1)); // through the grace and the abort period
            return group.Report.Late.Count == 1;
        });

        group.Report.Late[0].Path.Should().Be("app/database");
        group.StopToken.IsStopRequested.Should().BeFalse();
        release.Open();
        Patience.Until(() => group.Report.Late.Count == 0);
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Faulted);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_child_group_that_left_a_late_member_before_it_was_ready_holds_up_no_start_for_ever()
    {
        var options = Options with { Grace = TimeSpan.FromSeconds(2), AbortPeriod = TimeSpan.FromSeconds(1) };
        var app = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 3), options);
        var release = new Gate();
        app.Add(
            () =>
            {
                var db = new WorkerGroup("db", options: options);
                db.Add("user", _ => release.PassAsync(), Reporting(order: 1, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
                return db;
            },
            order: 1);
        app.Add("web", stop => Run("web", stop), order: 2);
        app.Start();

        Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return app.Completion.IsCompleted;
        });

        var result = await app.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.Reason!.Message.Should().StartWith("db failed: TimeoutException");
        app.Report.Late.Should().ContainSingle().Which.Path.Should().Be("app/db/user");
        _journal.Entries.Should().BeEmpty();
        release.Open();
        Patience.Until(() => app.Report.IsComplete);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_whose_own_stop_gave_it_up_before_it_was_ready_holds_up_no_other_order()
    {
        var group = new WorkerGroup("app", options: Options);
        var (isRunning, release) = (new Gate(), new Gate());
        using var database = new StuckBody(isRunning, release);
        group.Add(database, order: 1);
        group.Add("web", stop => Run("web", stop), order: 2);
        group.Start();
        await isRunning.PassAsync();
        _journal.Entries.Should().BeEmpty();

        (await database.StopAsync(TimeSpan.Zero)).Outcome.Should().Be(WorkerOutcome.Abandoned);

        _journal.Await(1).Should().Equal("web");
        group.Report.Late.Should().ContainSingle().Which.Path.Should().Be("app/database");
        release.Open();
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    private MemberOptions Reporting(int order, TimeSpan grace, TimeSpan abortPeriod) => new()
    {
        Order = order,
        Worker = new WorkerOptions
        {
            ReportsReady = true, ReadyLimit = ReadyLimit, TimeProvider = _clock, Grace = grace, AbortPeriod = abortPeriod,
        },
    };

    private void Add(WorkerGroup group, string name, int order, Gate ready) => group.Add(
        name,
        async stop =>
        {
            _journal.Add(name);
            await Task.WhenAny(ready.PassAsync(), stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
            if (ready.IsOpen)
                stop.ReportReady();
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            _journal.Add($"{name} stopped");
        },
        Reporting(order));

    private void Add(WorkerGroup group, string name, int order) => group.Add(name, stop => Run(name, stop), order);

    private async Task Run(string name, StopToken stop)
    {
        _journal.Add(name);
        await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        _journal.Add($"{name} stopped");
    }

    private sealed class StuckBody(Gate isRunning, Gate release)
        : AsyncWorker("database", new WorkerOptions { ReportsReady = true, AbortPeriod = TimeSpan.Zero })
    {
        protected override Task RunAsync(StopToken stop)
        {
            isRunning.Open();
            return release.PassAsync();
        }
    }

    private sealed class ReadyBody(Gate ready, Journal journal)
        : AsyncWorker("database", new WorkerOptions { ReportsReady = true, ReadyLimit = Timeout.InfiniteTimeSpan })
    {
        protected override async Task RunAsync(StopToken stop)
        {
            journal.Add(Name);
            await ready.PassAsync();
            ReportReady();
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        }
    }
}
