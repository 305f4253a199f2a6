namespace StopKit.Tests.Workers;

public sealed class OutcomeTests
{
    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_body_that_returns_has_completed(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, _ => { }, name: "one").Completion;

        result.Should().BeEquivalentTo(new
        {
            Name = "one",
            Outcome = WorkerOutcome.Completed,
            Reason = (StopReason?)null,
            Exception = (Exception?)null,
            ExitCode = (int?)null,
            StopLatency = (TimeSpan?)null,
            StopDuration = (TimeSpan?)null,
            LastCheckpoint = (Checkpoint?)null,
        });
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_body_that_sees_the_stop_and_returns_was_stopped(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => stop.Wait());

        worker.RequestStop("enough").Should().BeTrue();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.Reason!.Message.Should().Be("enough");
        result.Exception.Should().BeNull();
        result.StopLatency.Should().NotBeNull().And.BeLessThanOrEqualTo(result.StopDuration!.Value);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_body_that_throws_for_its_own_stop_was_stopped(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop =>
        {
            stop.Wait();
            stop.ThrowIfStopRequested();
        });

        worker.RequestStop();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Stopped && r.Exception == null);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_BCL_call_that_is_cancelled_by_the_stop_has_stopped_the_worker(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => Task.Delay(Patience.Limit, TimeProvider.System, stop).GetAwaiter().GetResult());

        worker.RequestStop();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.StopLatency.Should().NotBeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_cancellation_inside_an_aggregate_of_one_counts_as_cancellation(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => Task.Delay(Patience.Limit, TimeProvider.System, stop).Wait(CancellationToken.None));

        worker.RequestStop();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Several_cancellations_in_one_aggregate_count_as_cancellation(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => Task.WaitAll(
            [Task.Delay(Patience.Limit, TimeProvider.System, stop), Task.Delay(Patience.Limit, TimeProvider.System, stop)], CancellationToken.None));

        worker.RequestStop();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_fault_beside_cancellations_in_one_aggregate_is_a_fault(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop =>
        {
            stop.Wait();
            throw new AggregateException(new OperationCanceledException(), new InvalidOperationException("broken"));
        });

        worker.RequestStop();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Should().HaveCount(2);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_body_that_throws_has_faulted_and_keeps_its_exception(WorkerKind kind)
    {
        var thrown = new InvalidDataException("bad header");

        var result = await TestWorkers.Start(kind, _ => throw thrown).Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeSameAs(thrown);
        result.Reason.Should().BeNull();
        result.ExitCode.Should().BeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_fault_during_the_stop_is_a_fault_and_tells_of_the_stop(WorkerKind kind)
    {
        var thrown = new InvalidDataException("bad header");
        var worker = TestWorkers.Start(kind, stop =>
        {
            stop.Wait();
            throw thrown;
        });

        worker.RequestStop("enough");

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeSameAs(thrown);
        result.Reason!.Message.Should().Be("enough");
        result.StopDuration.Should().NotBeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_foreign_cancellation_is_a_fault(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, _ => throw new OperationCanceledException("the request timed out")).Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<OperationCanceledException>();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_time_limit_of_the_bodys_own_is_a_foreign_cancellation(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, stop =>
        {
            using var attempt = StopSource.LinkedTo(stop);
            attempt.StopAfter(TimeSpan.Zero);
            attempt.Token.ThrowIfStopRequested();
        }).Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<StopRequestedException>();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_ExitException_ends_the_worker_with_its_code(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, _ => throw new ExitException(7)).Completion;

        result.Outcome.Should().Be(WorkerOutcome.Exited);
        result.ExitCode.Should().Be(7);
        result.Exception.Should().BeOfType<ExitException>();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_ExitException_that_came_through_a_blocked_task_counts_as_well(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, _ => Task.Run(() => throw new ExitException(7)).Wait(Patience.Limit)).Completion;

        result.Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Exited && r.ExitCode == 7);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_ExitException_in_one_worker_leaves_the_others_alone(WorkerKind kind)
    {
        using var parent = new StopSource();
        var other = TestWorkers.Start(kind, stop => stop.Wait(), stop: parent.Token);

        (await TestWorkers.Start(kind, _ => throw new ExitException(7), stop: parent.Token).Completion).Outcome.Should().Be(WorkerOutcome.Exited);

        parent.IsStopRequested.Should().BeFalse();
        other.State.Should().Be(WorkerState.Running);
        other.RequestStop();
        (await other.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_ends_after_the_abort_was_aborted(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop =>
        {
            stop.Wait();
            Patience.Until(() => stop.IsAbortRequested);
        });

        worker.RequestStop("enough");
        worker.RequestAbort("too late").Should().BeTrue();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Aborted);
        result.Reason!.Message.Should().Be("enough");
        result.Exception.Should().BeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_cancellation_after_the_abort_is_no_fault(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => Task.Delay(Patience.Limit, TimeProvider.System, stop.Aborting).GetAwaiter().GetResult());

        worker.RequestAbort();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Aborted && r.Exception == null);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_fault_after_the_abort_is_a_fault(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop =>
        {
            Patience.Until(() => stop.IsAbortRequested);
            throw new InvalidOperationException();
        });

        worker.RequestAbort();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Faulted);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_below_a_stopped_token_does_not_run(WorkerKind kind)
    {
        using var parent = new StopSource();
        parent.RequestStop("closing time");
        var hasRun = false;
        var hasCleanedUp = false;
        var worker = TestWorkers.Make(kind, _ => hasRun = true, _ => hasCleanedUp = true);

        worker.Start(parent.Token);

        worker.State.Should().Be(WorkerState.Finished);
        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.NotRun);
        result.Reason.Should().BeSameAs(parent.Reason);
        result.Duration.Should().Be(TimeSpan.Zero);
        (hasRun || hasCleanedUp).Should().BeFalse();
        parent.LiveChildren.Should().Be(0);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_was_asked_to_stop_before_it_started_does_not_run(WorkerKind kind)
    {
        var hasRun = false;
        var worker = TestWorkers.Make(kind, _ => hasRun = true);

        worker.RequestStop("not today").Should().BeTrue();
        worker.State.Should().Be(WorkerState.Created);
        worker.Start();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.NotRun && r.Reason!.Message == "not today");
        hasRun.Should().BeFalse();
    }
}
