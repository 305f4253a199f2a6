namespace StopKit.Tests.Groups;

/// <summary>StopGroup and KeepRunning, members that leave by an exit code, and groups that fail as members.</summary>
public sealed class GroupFailureTests
{
    private readonly ManualClock _clock = new();

    private WorkerOptions Options => new() { TimeProvider = _clock };

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_first_fault_stops_the_group_and_is_its_reason_and_its_own_fault(WorkerKind kind)
    {
        var group = new WorkerGroup("app", options: Options);
        var fault = new InvalidDataException("bad header");
        group.Add("reader", stop => stop.Wait());
        group.Add(TestWorkers.Make(kind, _ => throw fault, options: Options, name: "parser"));

        group.Start();
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeSameAs(fault);
        result.Reason.Should().BeEquivalentTo(new
        {
            Cause = StopCause.WorkerFailed,
            Message = "parser failed: InvalidDataException: bad header",
            Exception = fault,
        });
        var reader = group.Report.Entries[0];
        reader.Outcome.Should().Be(WorkerOutcome.Stopped);
        reader.Reason.Should().BeSameAs(result.Reason);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_only_member_s_fault_is_the_group_s_reason_too()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("parser", _ => throw new InvalidDataException());

        group.Start();

        (await group.Completion).Reason!.Cause.Should().Be(StopCause.WorkerFailed);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Faults_during_the_stop_are_kept_beside_the_first()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("writer", stop =>
        {
            stop.Wait();
            throw new IOException("flush failed");
        });
        group.Add("parser", _ => throw new InvalidDataException("bad header"));

        group.Start();
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Reason!.Exception.Should().BeOfType<InvalidDataException>();
        result.Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Select(inner => inner.Message)
            .Should().Equal("bad header", "flush failed");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_fault_during_a_stop_that_was_asked_for_fails_the_group_but_is_not_its_reason()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("writer", stop =>
        {
            stop.Wait();
            throw new IOException("flush failed");
        });
        group.Start();

        var result = await group.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<IOException>();
        result.Reason!.Cause.Should().Be(StopCause.Requested);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_callback_that_waits_for_the_group_does_not_keep_it_from_ending()
    {
        var group = new WorkerGroup("app", options: Options);
        var mayFail = new Gate();
        WorkerResult? seen = null;
        var hasSeen = new Gate();
        group.Add("parser", _ =>
        {
            mayFail.Pass();
            throw new InvalidDataException("bad header");
        });
        group.Start();
        using var callback = group.StopToken.OnStop(_ =>
        {
            seen = group.Join();
            hasSeen.Open();
        });

        mayFail.Open();
        await hasSeen.PassAsync();

        seen!.Outcome.Should().Be(WorkerOutcome.Faulted);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task With_KeepRunning_the_others_go_on_and_the_fault_is_in_the_group_s_result_in_the_end()
    {
        var group = new WorkerGroup("app", FailurePolicy.KeepRunning, Options);
        var stillRuns = new Gate();
        group.Add("parser", _ => throw new InvalidDataException("bad header"));
        group.Add("reader", stop =>
        {
            Patience.Until(() => group.Report.Entries[0].Outcome == WorkerOutcome.Faulted);
            stop.IsStopRequested.Should().BeFalse();
            stillRuns.Open();
            stop.Wait();
        });
        group.Start();
        await stillRuns.PassAsync();

        var result = await group.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<InvalidDataException>();
        group.Report.Entries[1].Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_member_that_exits_leaves_the_others_running_and_gives_the_group_its_code(WorkerKind kind)
    {
        var group = new WorkerGroup("app", options: Options);
        var stillRuns = new Gate();
        group.Add(TestWorkers.Make(kind, _ => throw new ExitException(3, "license expired"), options: Options, name: "license"));
        group.Add("reader", stop =>
        {
            Patience.Until(() => group.Report.Entries[0].Outcome == WorkerOutcome.Exited);
            stop.IsStopRequested.Should().BeFalse();
            stillRuns.Open();
            stop.Wait();
        });
        group.Start();
        await stillRuns.PassAsync();

        var result = await group.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Exited);
        result.ExitCode.Should().Be(3);
        result.Exception!.Message.Should().Be("license expired");
        group.Report.Entries[0].ExitCode.Should().Be(3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_fault_counts_more_than_an_exit_code()
    {
        var group = new WorkerGroup("app", FailurePolicy.KeepRunning, Options);
        group.Add("license", _ => throw new ExitException(3));
        group.Add("parser", _ => throw new InvalidDataException());

        group.Start();

        (await group.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Faulted && r.ExitCode == null);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_that_fails_is_a_member_that_fails()
    {
        var app = new WorkerGroup("app", options: Options);
        var mail = new WorkerGroup("mail", options: Options);
        var fault = new InvalidDataException("bad header");
        app.Add("web", stop => stop.Wait());
        app.Add(mail);
        mail.Add("sender", stop => stop.Wait());
        mail.Add("parser", _ => throw fault);

        app.Start();
        var result = await app.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeSameAs(fault);
        result.Reason!.Message.Should().Be("mail failed: InvalidDataException: bad header");
        app.Report.Entries.Select(entry => $"{entry.Path}: {entry.Outcome}")
            .Should().Equal("app/web: Stopped", "app/mail/sender: Stopped", "app/mail/parser: Faulted");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_that_keeps_running_holds_a_failed_child_group_off_the_others()
    {
        var app = new WorkerGroup("app", FailurePolicy.KeepRunning, Options);
        var mail = new WorkerGroup("mail", options: Options);
        app.Add("web", stop => stop.Wait());
        app.Add(mail);
        mail.Add("parser", _ => throw new InvalidDataException());
        app.Start();
        await mail.Completion;

        app.StopToken.IsStopRequested.Should().BeFalse();
        (await app.StopAsync()).Outcome.Should().Be(WorkerOutcome.Faulted);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_s_cancellation_that_nobody_asked_for_is_a_fault()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("client", _ => throw new OperationCanceledException("timed out"));

        group.Start();

        (await group.Completion).Exception.Should().BeOfType<OperationCanceledException>();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_whose_members_have_all_done_their_work_is_completed()
    {
        var group = new WorkerGroup("import", options: Options);
        group.Add("users", _ => { });
        group.Add("orders", _ => Task.CompletedTask);

        group.Start();

        (await group.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Completed && r.Reason == null);
        group.Report.IsComplete.Should().BeTrue();
    }
}
