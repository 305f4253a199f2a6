namespace StopKit.Tests.Workers;

public sealed class CleanUpTests
{
    private readonly ManualClock _clock = new();

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task It_runs_once_after_the_body_however_that_ended(WorkerKind kind)
    {
        Action<StopToken>[] bodies =
        [
            _ => { },
            _ => throw new InvalidOperationException(),
            _ => throw new ExitException(3),
            stop => stop.ThrowIfStopRequested(),
        ];
        foreach (var body in bodies)
        {
            var order = new List<string>();
            var worker = TestWorkers.Start(
                kind,
                stop =>
                {
                    order.Add("body");
                    body(stop);
                },
                _ => order.Add("cleanup"));
            worker.RequestStop();
            await worker.Completion;
            order.Should().Equal("body", "cleanup");
        }
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task It_does_not_see_the_stop(WorkerKind kind)
    {
        var wasSeen = true;
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), shielded =>
            wasSeen = shielded.IsStopRequested || shielded.Stopping.IsCancellationRequested || shielded.Wait(TimeSpan.Zero) || shielded.Reason is not null,
            new WorkerOptions { TimeProvider = _clock }); // the limit of the clean-up is a stop too

        worker.RequestStop();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        wasSeen.Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task It_runs_on_the_workers_own_thread()
    {
        Thread? ofBody = null;
        Thread? ofCleanUp = null;
        var worker = TestWorkers.Start(WorkerKind.Thread, _ => ofBody = Thread.CurrentThread, _ => ofCleanUp = Thread.CurrentThread, name: "mine");

        await worker.Completion;

        ofCleanUp.Should().BeSameAs(ofBody);
        ofCleanUp!.Name.Should().Be("mine");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task It_is_part_of_the_worker(WorkerKind kind)
    {
        Worker? worker = null;
        var stateWas = WorkerState.Created;
        var joining = () => worker!.Join();
        worker = TestWorkers.Make(kind, _ => { }, _ =>
        {
            stateWas = worker!.State;
            joining.Should().Throw<InvalidOperationException>();
        });

        worker.Start();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        stateWas.Should().Be(WorkerState.Running);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task It_sees_its_limit(WorkerKind kind)
    {
        StopReason? reason = null;
        var worker = TestWorkers.Start(
            kind,
            _ => { },
            shielded =>
            {
                shielded.Wait();
                reason = shielded.Reason;
            },
            new WorkerOptions { TimeProvider = _clock, CleanUpLimit = TimeSpan.FromSeconds(7) });

        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(6.9));
        worker.State.Should().Be(WorkerState.Running);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Completed && r.Duration == TimeSpan.FromSeconds(7));
        reason.Should().Match<StopReason>(r => r.Cause == StopCause.Deadline && r.Message == "clean-up limit of 7 s expired");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task It_sees_an_abort_that_comes_meanwhile(WorkerKind kind)
    {
        var isCleaning = new Gate();
        StopReason? abortReason = null;
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), shielded =>
        {
            isCleaning.Open();
            shielded.Wait();
            Patience.Until(() => shielded.IsAbortRequested); // which passes through the stop
            abortReason = shielded.AbortReason;
        });
        worker.RequestStop();
        await isCleaning.PassAsync();

        worker.RequestAbort("no more patience");

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Aborted);
        abortReason!.Message.Should().Be("no more patience");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task It_has_its_limit_also_after_an_abort_from_before(WorkerKind kind)
    {
        var wasStoppedAtOnce = true;
        var hasLooked = new Gate();
        var worker = TestWorkers.Start(
            kind,
            stop => Patience.Until(() => stop.IsAbortRequested),
            shielded =>
            {
                wasStoppedAtOnce = shielded.IsStopRequested || shielded.IsAbortRequested;
                hasLooked.Open();
                shielded.Wait();
            },
            new WorkerOptions { TimeProvider = _clock });

        worker.RequestAbort();
        await hasLooked.PassAsync();
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5));

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Aborted);
        wasStoppedAtOnce.Should().BeFalse();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_stop_that_comes_while_it_runs_does_not_change_that_the_work_is_done(WorkerKind kind)
    {
        var (isCleaning, mayEnd) = (new Gate(), new Gate());
        var worker = TestWorkers.Start(kind, _ => { }, shielded =>
        {
            isCleaning.Open();
            mayEnd.Pass();
            _ = shielded.IsStopRequested;
        });
        await isCleaning.PassAsync();

        worker.RequestStop().Should().BeTrue();
        mayEnd.Open();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Completed && r.Reason == null);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_cleanup_that_throws_after_a_body_that_threw_keeps_both(WorkerKind kind)
    {
        var (first, second) = (new InvalidDataException("body"), new IOException("cleanup"));

        var result = await TestWorkers.Start(kind, _ => throw first, _ => throw second).Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Should().Equal(first, second);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_cleanup_that_throws_after_a_body_that_did_its_work_is_a_fault(WorkerKind kind)
    {
        var thrown = new IOException("cleanup");

        var result = await TestWorkers.Start(kind, _ => { }, _ => throw thrown).Completion;

        result.Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Faulted && r.Exception == thrown);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_cleanup_that_throws_after_a_stop_is_the_only_fault(WorkerKind kind)
    {
        var thrown = new IOException("cleanup");
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                stop.Wait();
                stop.ThrowIfStopRequested();
            },
            _ => throw thrown);

        worker.RequestStop("enough");

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.Outcome == WorkerOutcome.Faulted && r.Exception == thrown && r.Reason!.Message == "enough");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_cleanup_that_gives_up_at_its_limit_is_a_fault(WorkerKind kind)
    {
        var worker = TestWorkers.Start(
            kind, _ => { }, shielded => shielded.ThrowIfStopRequested(), new WorkerOptions { CleanUpLimit = TimeSpan.Zero });

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Faulted && r.Exception is StopRequestedException);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_ExitException_of_the_cleanup_counts(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, _ => { }, _ => throw new ExitException(9)).Completion;

        result.Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Exited && r.ExitCode == 9);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_cleanup_that_fails_after_an_ExitException_keeps_both_and_the_code(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, _ => throw new ExitException(9), _ => throw new IOException()).Completion;

        result.Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Faulted && r.ExitCode == 9);
        result.Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Should().HaveCount(2);
    }
}
