namespace StopKit.Tests.Workers;

/// <summary>Stop, StopAsync, Dispose and DisposeAsync in every state of a worker.</summary>
public sealed class StoppingTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbortPeriod = TimeSpan.FromSeconds(3);

    private readonly ManualClock _clock = new();
    private readonly ListLogger _logger = new();

    private WorkerOptions Options => new() { TimeProvider = _clock, Logger = _logger, Grace = Grace, AbortPeriod = AbortPeriod };

    public static TheoryData<WorkerKind, StopWay> EveryKindAndWay()
    {
        var data = new TheoryData<WorkerKind, StopWay>();
        foreach (var kind in Enum.GetValues<WorkerKind>())
        {
            foreach (var way in Enum.GetValues<StopWay>())
                data.Add(kind, way);
        }

        return data;
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(EveryKindAndWay))]
    public async Task One_that_was_not_started_never_runs(WorkerKind kind, StopWay way)
    {
        var hasRun = false;
        var worker = TestWorkers.Make(kind, _ => hasRun = true, options: Options);

        var result = await Apply(way, worker);

        result.Outcome.Should().Be(WorkerOutcome.NotRun);
        result.Reason!.Cause.Should().Be(CauseOf(way));
        result.StopDuration.Should().Be(TimeSpan.Zero);
        worker.State.Should().Be(WorkerState.Finished);
        worker.RequestStop().Should().BeFalse();
        if (way is StopWay.Dispose or StopWay.DisposeAsync)
            worker.Invoking(w => w.Start()).Should().Throw<ObjectDisposedException>();
        else
            worker.Start();
        (await worker.Completion).Should().BeSameAs(result);
        hasRun.Should().BeFalse();
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(EveryKindAndWay))]
    public async Task A_willing_one_is_stopped(WorkerKind kind, StopWay way)
    {
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), options: Options);

        var result = await Apply(way, worker);

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.Reason!.Cause.Should().Be(CauseOf(way));
        _clock.ActiveTimers.Should().Be(0, "a stop that is over leaves no timer behind");
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(EveryKindAndWay))]
    public async Task A_slow_one_is_aborted_when_the_grace_is_over(WorkerKind kind, StopWay way)
    {
        StopReason? abortReason = null;
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                Patience.Until(() => stop.IsAbortRequested);
                abortReason = stop.AbortReason;
            },
            options: Options);
        var stopping = Task.Run(() => Apply(way, worker));

        _clock.AdvanceOnceWaitedOn(Grace - TimeSpan.FromTicks(1), timers: 2); // the abort's, and the joiner's
        stopping.IsCompleted.Should().BeFalse();
        worker.StopToken.IsAbortRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromTicks(1));

        (await stopping).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Aborted && r.StopDuration == Grace);
        abortReason!.Message.Should().Be("grace of 10 s expired");
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(EveryKindAndWay))]
    public async Task An_unwilling_one_is_abandoned_by_name_and_its_true_end_comes_later(WorkerKind kind, StopWay way)
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                stop.Checkpoint("Drain", "Mailer.cs", 42);
                isRunning.Open();
                mayEnd.Pass();
            },
            options: Options,
            name: "mailer");
        await isRunning.PassAsync();

        var stopping = Task.Run(() => ApplyUnlessDisposed(way, worker));
        _clock.AdvanceOnceWaitedOn(Grace, timers: 2);
        _clock.AdvanceOnceWaitedOn(AbortPeriod);
        var result = await stopping;

        result?.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result?.StopLatency.Should().BeNull();
        result?.StopDuration.Should().Be(Grace + AbortPeriod);
        result?.LastCheckpoint!.ToString().Should().Be("Drain, Mailer.cs:42, 13 s ago");
        worker.State.Should().Be(WorkerState.Running);
        worker.Completion.IsCompleted.Should().BeFalse();
        var warning = _logger.Entries.Should().ContainSingle(entry => entry.Id == 2004).Which;
        warning.Text.Should().StartWith("mailer: Abandoned after 13 s").And.EndWith("last seen at Drain, Mailer.cs:42, 13 s ago");

        _clock.Advance(TimeSpan.FromSeconds(7));
        mayEnd.Open();
        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Aborted && r.StopDuration == TimeSpan.FromSeconds(20));
        _logger.Entries[^1].Should().Match<ListLogger.Entry>(e => e.Id == 2005 && e.Text.StartsWith("Abandoned, but ended later: mailer: Aborted"));
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(EveryKindAndWay))]
    public async Task A_finished_one_keeps_its_result(WorkerKind kind, StopWay way)
    {
        var worker = TestWorkers.Start(kind, _ => { }, options: Options);
        var first = await worker.Completion;

        (await Apply(way, worker)).Should().BeSameAs(first);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_abandoned_one_can_be_stopped_again(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass(), options: new WorkerOptions { AbortPeriod = TimeSpan.Zero });

        (await Task.Run(() => worker.Stop(TimeSpan.Zero))).Outcome.Should().Be(WorkerOutcome.Abandoned);
        mayEnd.Open();

        (await worker.StopAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Aborted);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Without_grace_and_abort_period_nothing_waits_also_on_a_clock_that_stands(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass(), options: new WorkerOptions { TimeProvider = _clock, AbortPeriod = TimeSpan.Zero });

        (await Task.Run(() => worker.Stop(TimeSpan.Zero)).WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Abandoned);
        (await worker.StopAsync(TimeSpan.Zero).WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Abandoned);

        mayEnd.Open();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_stop_never_lengthens_the_grace_of_one_before(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => Patience.Until(() => stop.IsAbortRequested), options: Options);
        worker.RequestStop("first", TimeSpan.FromSeconds(2));

        var stopping = Task.Run(() => worker.Stop());
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(2), timers: 2);

        (await stopping).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Aborted && r.Reason!.Message == "first");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_disposes_itself_is_asked_to_stop_and_goes_on(WorkerKind kind)
    {
        foreach (var isAsync in new[] { false, true })
        {
            Worker? worker = null;
            var wasStopRequested = false;
            worker = TestWorkers.Make(kind, stop =>
            {
                if (isAsync)
                    worker!.DisposeAsync().AsTask().GetAwaiter().GetResult();
                else
                    worker!.Dispose();
                wasStopRequested = stop.IsStopRequested;
            });
            worker.Start();

            (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Stopped && r.Reason!.Cause == StopCause.Disposed);
            wasStopRequested.Should().BeTrue();
        }
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Its_owner_still_waits_for_a_worker_that_has_disposed_itself(WorkerKind kind)
    {
        var (hasDisposed, mayEnd) = (new Gate(), new Gate());
        Worker? worker = null;
        worker = TestWorkers.Make(kind, _ =>
        {
            worker!.Dispose();
            hasDisposed.Open();
            mayEnd.Pass();
        });
        worker.Start();
        await hasDisposed.PassAsync();

        var disposing = worker.DisposeAsync().AsTask();

        disposing.IsCompleted.Should().BeFalse();
        mayEnd.Open();
        await disposing;
        worker.State.Should().Be(WorkerState.Finished);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Disposing_again_does_nothing(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => stop.Wait());
        await worker.DisposeAsync();
        var result = await worker.Completion;

        worker.Dispose();
        await worker.DisposeAsync();

        worker.Join().Should().BeSameAs(result);
        worker.RequestStop().Should().BeFalse();
        worker.RequestAbort().Should().BeFalse();
        result.Reason!.Message.Should().Be($"{worker.Name} was disposed");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Two_that_stop_it_at_once_get_the_same_result(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => stop.Wait());

        var results = await Task.WhenAll(Task.Run(() => worker.Stop()), worker.StopAsync(), Task.Run(() => worker.Stop()));

        results.Should().OnlyContain(result => result == results[0]).And.Contain(result => result.Outcome == WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_request_after_the_end_is_too_late(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, _ => { });
        await worker.Completion;

        worker.RequestStop().Should().BeFalse();
        worker.RequestAbort().Should().BeFalse();
        worker.StopToken.IsStopRequested.Should().BeFalse();
    }

    private static StopCause CauseOf(StopWay way) => way is StopWay.Stop or StopWay.StopAsync ? StopCause.Requested : StopCause.Disposed;

    private static async Task<WorkerResult> Apply(StopWay way, Worker worker) => await ApplyUnlessDisposed(way, worker) ?? await worker.Completion;

    private static async Task<WorkerResult?> ApplyUnlessDisposed(StopWay way, Worker worker)
    {
        switch (way)
        {
            case StopWay.Stop:
                return worker.Stop();
            case StopWay.StopAsync:
                return await worker.StopAsync();
            case StopWay.Dispose:
                worker.Dispose();
                return null;
            default:
                await worker.DisposeAsync();
                return null;
        }
    }
}
