namespace StopKit.Tests.Workers;

/// <summary>Every outcome, reached by a queue worker and by a periodic one.</summary>
public sealed class KindOutcomeTests
{
    private static readonly TimeSpan EverySecond = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly Gate _isInside = new();

    public static TheoryData<string> Kinds => ["queue", "periodic"];

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Completed_when_its_work_is_done(string kind)
    {
        var worker = Start(kind, _ => Task.CompletedTask);

        Complete(worker);

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.Outcome == WorkerOutcome.Completed && r.Reason == null && r.StopDuration == null);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Completed_when_a_stop_comes_after_its_work_was_done(string kind)
    {
        var (isCleaning, mayEnd) = (new Gate(), new Gate());
        var worker = Make(kind, () => { }, () =>
        {
            isCleaning.Open();
            return mayEnd.PassAsync();
        });
        worker.Start();
        Complete(worker);
        await isCleaning.PassAsync();

        worker.RequestStop();
        mayEnd.Open();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Completed && r.Reason == null);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Stopped_when_idle(string kind)
    {
        var worker = Start(kind, _ => Task.CompletedTask);

        worker.RequestStop("enough");

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.Outcome == WorkerOutcome.Stopped && r.Reason!.Message == "enough" && r.StopLatency == TimeSpan.Zero);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Stopped_when_the_work_in_hand_has_ended(string kind)
    {
        var mayEnd = new Gate();
        var worker = await StartInsideAsync(kind, _ => mayEnd.PassAsync());

        worker.RequestStop();
        worker.State.Should().Be(WorkerState.Running);
        mayEnd.Open();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Exited_by_an_ExitException(string kind)
    {
        var worker = await StartInsideAsync(kind, _ => throw new ExitException(7));

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Exited && r.ExitCode == 7);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Faulted_by_what_it_throws(string kind)
    {
        var thrown = new InvalidDataException("bad header");
        var worker = await StartInsideAsync(kind, _ => throw thrown);

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeSameAs(thrown);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Faulted_by_a_foreign_cancellation(string kind)
    {
        var worker = await StartInsideAsync(kind, _ => Task.FromCanceled(new CancellationToken(canceled: true)));

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.Outcome == WorkerOutcome.Faulted && r.Exception is OperationCanceledException);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Faulted_by_a_fault_during_the_stop(string kind)
    {
        var mayEnd = new Gate();
        var worker = await StartInsideAsync(kind, async _ =>
        {
            await mayEnd.PassAsync();
            throw new InvalidDataException("bad header");
        });

        worker.RequestStop("enough");
        mayEnd.Open();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Faulted && r.Reason!.Message == "enough");
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Aborted_when_it_ends_after_the_abort(string kind)
    {
        var worker = await StartInsideAsync(kind, async stop =>
        {
            while (!stop.IsAbortRequested)
                await Task.Yield();
        });

        worker.RequestStop(grace: TimeSpan.FromSeconds(3));
        _clock.Advance(TimeSpan.FromSeconds(3));

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.Outcome == WorkerOutcome.Aborted && r.Exception == null && r.StopDuration == TimeSpan.FromSeconds(3));
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task Abandoned_while_it_does_not_end_and_its_true_outcome_later(string kind)
    {
        var (hasPassed, mayEnd) = (new Gate(), new Gate());
        var worker = await StartInsideAsync(kind, stop =>
        {
            stop.Checkpoint("Stuck", "Mailer.cs", 42);
            hasPassed.Open();
            return mayEnd.PassAsync();
        });
        await hasPassed.PassAsync(); // its age counts from the moment that the clock has now

        var stopping = worker.StopAsync(TimeSpan.FromSeconds(3));
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(3), timers: 2); // the wait for the end, and the grace itself
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5));

        var result = await stopping.WaitAsync(Patience.Limit);
        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.LastCheckpoint!.Member.Should().Be("Stuck");
        result.LastCheckpoint.Age.Should().Be(TimeSpan.FromSeconds(8));
        worker.Completion.IsCompleted.Should().BeFalse();

        mayEnd.Open();
        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Aborted);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Kinds))]
    public async Task NotRun_when_it_is_stopped_before_it_starts(string kind)
    {
        var hasRun = false;
        var worker = Make(kind, () => hasRun = true, () =>
        {
            hasRun = true;
            return Task.CompletedTask;
        });
        (worker as QueueWorker<int>)?.TryPost(1);

        worker.RequestStop("not today");
        worker.Start();

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.Outcome == WorkerOutcome.NotRun && r.Reason!.Message == "not today" && r.StopLatency == null);
        hasRun.Should().BeFalse();
    }

    private static void Complete(Worker worker)
    {
        if (worker is PeriodicWorker periodic)
            periodic.Complete();
        else
            ((QueueWorker<int>)worker).Complete();
    }

    private static Worker Make(string kind, Action work, Func<Task> cleanUp) => kind == "queue" ? new Queue(work, cleanUp) : new Periodic(work, cleanUp);

    private Worker Start(string kind, Func<StopToken, Task> work)
    {
        var options = new WorkerOptions { TimeProvider = _clock };
        return kind == "queue"
            ? QueueWorker<int>.Start(kind, (_, stop) => work(stop), options: options)
            : PeriodicWorker.Start(kind, EverySecond, work, options: options);
    }

    /// <summary>Starts a worker and gives it something to do: its first tick, or an item.</summary>
    private async Task<Worker> StartInsideAsync(string kind, Func<StopToken, Task> work)
    {
        var worker = Start(kind, stop =>
        {
            _isInside.Open();
            return work(stop);
        });
        if (worker is QueueWorker<int> queue)
            queue.TryPost(1).Should().BeTrue();
        else
            _clock.AdvanceOnceWaitedOn(EverySecond); // a queue needs no time, and its handler may be inside already
        await _isInside.PassAsync();
        return worker;
    }

    private sealed class Queue(Action work, Func<Task> cleanUp) : QueueWorker<int>(capacity: 4)
    {
        protected override Task HandleAsync(int item, StopToken stop)
        {
            work();
            return Task.CompletedTask;
        }

        protected override Task CleanUpAsync(StopToken shielded) => cleanUp();
    }

    private sealed class Periodic(Action work, Func<Task> cleanUp) : PeriodicWorker(EverySecond)
    {
        protected override Task TickAsync(StopToken stop)
        {
            work();
            return Task.CompletedTask;
        }

        protected override Task CleanUpAsync(StopToken shielded) => cleanUp();
    }
}
