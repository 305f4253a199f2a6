namespace StopKit.Tests.Groups;

/// <summary>What one member has of its own, and what it has of its group.</summary>
public sealed class MemberOptionsTests
{
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly ListLogger _logger = new();

    private WorkerOptions Options => new() { TimeProvider = _clock, Logger = _logger };

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_may_have_a_policy_of_its_own()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("import", _ => throw new InvalidDataException(), new MemberOptions { Policy = FailurePolicy.KeepRunning });
        group.Add("web", stop => stop.Wait());

        group.Start();
        Patience.Until(() => group.Report.Entries[0].Outcome == WorkerOutcome.Faulted);

        group.StopToken.IsStopRequested.Should().BeFalse();
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Faulted);
        group.Report.Entries[1].Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Restarts_are_counted_told_and_reported()
    {
        var group = new WorkerGroup("app", options: Options);
        var runs = 0;
        var told = new List<MemberRestartedEventArgs>();
        group.MemberRestarted += (sender, args) =>
        {
            sender.Should().BeSameAs(group);
            lock (told)
                told.Add(args);
            throw new InvalidOperationException("a handler that throws harms nothing");
        };
        group.Add(
            "flaky",
            async stop =>
            {
                if (Interlocked.Increment(ref runs) <= 2)
                    throw new InvalidDataException($"failure {runs}");
                await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            },
            new MemberOptions { Policy = FailurePolicy.Restart(Backoff, limit: 5) });
        group.Start();
        AdvanceUntil(() => Volatile.Read(ref runs) == 3 && Count(2008) == 2);

        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);

        told.Select(args => (args.Path, args.Restarts, args.Exception!.Message)).Should().Equal(("app/flaky", 1, "failure 1"), ("app/flaky", 2, "failure 2"));
        (await told[1].Worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        var report = group.GetReport();
        report.Entries.Should().ContainSingle().Which.Restarts.Should().Be(2);
        report.ToString().Should().EndWith("app/flaky (2 restarts)");
        report.ToMermaid().Should().Contain("flaky (restarts 2) Stopped");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_restart_that_throws_is_one_failure_and_no_restart()
    {
        var group = new WorkerGroup("app", options: Options);
        var (calls, told) = (0, 0);
        group.MemberRestarted += (_, _) => Interlocked.Increment(ref told);
        var flaky = new MemberOptions { Policy = FailurePolicy.Restart(Backoff, limit: 5) };
        group.Add(
            () => Interlocked.Increment(ref calls) <= 2
                ? TestWorkers.Make(WorkerKind.Async, _ => throw new InvalidDataException(), options: Options, name: "flaky")
                : throw new IOException("no more handles"),
            flaky);
        group.Add("other", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        group.Start();

        AdvanceUntil(() => group.Completion.IsCompleted);

        var result = await group.Completion;
        result.Exception.Should().BeOfType<IOException>("it is one failure, and the one before it was made good by a restart");
        (Volatile.Read(ref calls), Volatile.Read(ref told)).Should().Be((3, 1));
        group.GetReport().Entries.Select(entry => (entry.Outcome, entry.Restarts)).Should().Equal((WorkerOutcome.Faulted, 1), (WorkerOutcome.Stopped, 0));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_was_added_itself_may_complete_under_a_policy_that_restarts_what_completes()
    {
        var group = new WorkerGroup("app", FailurePolicy.Restart(Backoff, limit: 2, alsoWhenCompleted: true), Options);
        group.Add(Worker.OnThread("once", static _ => { }));

        group.Start();

        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Completed, "it cannot be made anew, and has done its work");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_policy_may_restart_what_has_completed_too()
    {
        var group = new WorkerGroup("app", FailurePolicy.Restart(Backoff, limit: 2, alsoWhenCompleted: true), Options);
        var runs = 0;
        group.Add("poll", _ =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        });
        group.Start();

        AdvanceUntil(() => group.Completion.IsCompleted);
        var result = await group.Completion;

        runs.Should().Be(3);
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception!.Message.Should().Contain("'poll' completed more often");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_was_stopped_by_itself_or_exited_is_not_restarted_for_having_completed()
    {
        var group = new WorkerGroup("app", FailurePolicy.Restart(Backoff, limit: 2, alsoWhenCompleted: true), Options);
        var stopped = Worker.OnTasks("stopped", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        group.Add(() => stopped);
        group.Add("exits", _ => throw new ExitException(3));
        group.Start();

        await stopped.StopAsync();

        (await group.Completion).ExitCode.Should().Be(3);
        group.ExitCode.Should().Be(3);
        Count(2006).Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_body_s_worker_may_have_options_of_its_own()
    {
        var group = new WorkerGroup("app", options: Options);
        var thread = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        group.Add(
            "background", _ => thread.SetResult(Thread.CurrentThread.IsBackground), new MemberOptions { Worker = new() { IsBackground = true } });
        group.Start();

        (await thread.Task).Should().BeTrue();
        await group.Completion;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_that_was_made_outside_has_the_clock_and_the_logger_of_its_group()
    {
        var group = new WorkerGroup("app", options: Options);
        var inner = new WorkerGroup("inner");
        var ticks = 0;
        // Added before the inner group is in the outer one, whose clock and logger it gets.
        inner.Add(Worker.Every("clock", TimeSpan.FromSeconds(1), _ =>
        {
            Interlocked.Increment(ref ticks);
            return Task.CompletedTask;
        }));
        group.Add(inner);
        group.Start();

        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(1));
        Patience.Until(() => Volatile.Read(ref ticks) == 1);
        await group.StopAsync();

        Patience.Until(() => _logger.Entries.Any(entry => entry.Id == 2002 && entry.Text.StartsWith("clock: ", StringComparison.Ordinal)));
        _clock.UntilNoTimers();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_s_own_clock_and_logger_stay()
    {
        var (clock, logger) = (new ManualClock(), new ListLogger());
        clock.Advance(TimeSpan.FromHours(5));
        var group = new WorkerGroup("app", options: Options);
        group.Add(Worker.OnTasks("own", stop => stop.WaitAsync(TimeSpan.FromSeconds(1)).AsTask(), new() { TimeProvider = clock, Logger = logger }));
        group.Start();

        clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(1));
        await group.Completion;

        Patience.Until(() => logger.Entries.Any(entry => entry.Text.StartsWith("own: Completed", StringComparison.Ordinal)));
        _logger.Entries.Should().NotContain(entry => entry.Text.StartsWith("own", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_that_would_not_be_used_are_refused()
    {
        var group = new WorkerGroup("app");
        var options = new MemberOptions { Worker = new WorkerOptions() };

        group.Invoking(g => g.Add(Worker.OnTasks("one", _ => Task.CompletedTask), options)).Should().Throw<ArgumentException>();
        group.Invoking(g => g.Add(() => Worker.OnTasks("one", _ => Task.CompletedTask), options)).Should().Throw<ArgumentException>();
        group.Invoking(g => g.Add("one", _ => Task.CompletedTask, new MemberOptions { Worker = new() { MaxStackSize = 1 << 20 } }))
            .Should().Throw<ArgumentException>();
        group.Invoking(g => g.Add("one", _ => Task.CompletedTask, (MemberOptions)null!)).Should().Throw<ArgumentNullException>();
        group.Report.Entries.Should().BeEmpty();
        group.ExitCode.Should().BeNull("it has not ended");
    }

    private void AdvanceUntil(Func<bool> condition) => Patience.Until(() =>
    {
        _clock.Advance(Backoff);
        return condition();
    });

    private int Count(int eventId) => _logger.Entries.Count(entry => entry.Id == eventId);
}
