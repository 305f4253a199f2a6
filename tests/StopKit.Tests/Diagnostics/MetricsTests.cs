using System.Runtime.InteropServices;

namespace StopKit.Tests.Diagnostics;

public sealed class MetricsTests : IDisposable
{
    private const string Requests = "stopkit.stop.requests";
    private const string Running = "stopkit.workers.running";
    private const string Abandoned = "stopkit.workers.abandoned";
    private const string Latency = "stopkit.stop.latency";
    private const string Duration = "stopkit.stop.duration";

    private readonly ManualClock _clock = new();
    private readonly Measurements _measured = new();

    private WorkerOptions Options => new() { TimeProvider = _clock };

    public static TheoryData<StopReason, string> Reasons => new()
    {
        { StopReason.Requested("enough"), "Requested" },
        { StopReason.FromSignal(PosixSignal.SIGTERM), "Signal" },
        { StopReason.Deadline(TimeSpan.FromSeconds(1)), "Deadline" },
        { StopReason.WorkerFailed("one", new InvalidOperationException()), "WorkerFailed" },
        { StopReason.WorkerExited("one", 7), "WorkerExited" },
        { StopReason.HostStopping(), "HostStopping" },
        { StopReason.ProcessExit(), "ProcessExit" },
        { StopReason.TokenCanceled(), "CancellationToken" },
        { StopReason.Disposed("one"), "Disposed" },
    };

    [Theory, MemberData(nameof(Reasons))]
    public void A_stop_counts_once_by_its_cause(StopReason reason, string cause)
    {
        using var source = new StopSource();
        using var child = StopSource.LinkedTo(source.Token);

        source.RequestStop(reason);
        source.RequestStop("again");
        source.RequestAbort();

        _measured.Of(Requests).Should().Equal((1, $"cause={cause}"));
    }

    [Fact]
    public void There_is_a_row_for_every_cause() =>
        Reasons.Select(row => (string)row[1]).Should().BeEquivalentTo(Enum.GetNames<StopCause>().Except([nameof(StopCause.Unknown)]));

    [Fact]
    public void An_abort_of_what_was_running_counts_as_a_stop()
    {
        using var source = new StopSource();

        source.RequestAbort("too late");

        _measured.Of(Requests).Should().Equal((1, "cause=Requested"));
    }

    [Fact]
    public void A_deadline_counts_when_it_expires()
    {
        using var source = new StopSource(_clock);
        source.StopAfter(TimeSpan.FromSeconds(2));
        _measured.Of(Requests).Should().BeEmpty();

        _clock.Advance(TimeSpan.FromSeconds(2));

        _measured.Of(Requests).Should().Equal((1, "cause=Deadline"));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_stop_of_a_group_counts_once_however_many_stages_it_has()
    {
        var group = new WorkerGroup("app", options: Options);
        for (var order = 0; order < 3; order++)
            group.Add($"member-{order}", async stop => await stop.WaitAsync(Timeout.InfiniteTimeSpan), order);
        group.Start();

        group.RequestStop();
        await group.Completion;

        _measured.Of(Requests).Should().Equal((1, "cause=Requested"));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Workers_that_run_count_until_they_have_ended(WorkerKind kind)
    {
        var workers = Enumerable.Range(0, 10).Select(_ => TestWorkers.Start(kind, stop => stop.Wait(), options: Options)).ToList();
        Sum(Running).Should().Be(10);

        foreach (var worker in workers)
            worker.RequestStop();
        await Task.WhenAll(workers.Select(worker => worker.Completion));

        Sum(Running).Should().Be(0);
        _measured.Of(Running).Should().HaveCount(20);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task However_a_worker_ends_it_does_not_run_any_more(WorkerKind kind)
    {
        using var stopped = new StopSource();
        stopped.RequestStop();
        Worker[] workers =
        [
            TestWorkers.Start(kind, _ => { }),
            TestWorkers.Start(kind, _ => throw new InvalidOperationException("broken")),
            TestWorkers.Start(kind, _ => throw new ExitException(7)),
            TestWorkers.Start(kind, _ => { }, _ => throw new InvalidOperationException("broken")),
            TestWorkers.Start(kind, _ => { }, stop: stopped.Token),
        ];
        var unstarted = TestWorkers.Make(kind, _ => { });
        unstarted.Dispose();

        await Task.WhenAll(workers.Select(worker => worker.Completion));

        Sum(Running).Should().Be(0);
        _measured.Of(Running).Should().HaveCount(8, "the last one and the unstarted one never ran");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Latency_and_duration_of_a_stop_are_measured_in_seconds_by_outcome()
    {
        _clock.Advance(TimeSpan.FromSeconds(1)); // not at 0, where a stamp is moved by a tick
        var (isRunning, mayLook, hasLooked, mayEnd) = (new Gate(), new Gate(), new Gate(), new Gate());
        var worker = AsyncWorker.Start(
            "one",
            async stop =>
            {
                isRunning.Open();
                await mayLook.PassAsync();
                _ = stop.IsStopRequested;
                hasLooked.Open();
                await mayEnd.PassAsync();
            },
            options: Options);
        await isRunning.PassAsync();

        worker.RequestStop();
        _clock.Advance(TimeSpan.FromSeconds(2));
        mayLook.Open();
        await hasLooked.PassAsync();
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        mayEnd.Open();
        await worker.Completion;

        _measured.Of(Latency).Should().Equal((2, ""));
        _measured.Of(Duration).Should().Equal((2.5, "outcome=Stopped"));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_was_not_stopped_or_did_not_see_it_has_no_measurement_of_a_stop()
    {
        using var stopped = new StopSource();
        stopped.RequestStop();
        await AsyncWorker.Start("completed", _ => Task.CompletedTask, options: Options).Completion;
        await AsyncWorker.Start("not run", _ => Task.CompletedTask, stopped.Token, Options).Completion;

        _measured.Of(Latency).Should().BeEmpty();
        _measured.Of(Duration).Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_is_left_behind_counts_as_abandoned_once_and_as_running_until_it_ends()
    {
        var mayEnd = new Gate();
        var worker = AsyncWorker.Start(
            "stuck", _ => mayEnd.PassAsync(), options: new WorkerOptions { TimeProvider = _clock, Grace = TimeSpan.Zero, AbortPeriod = TimeSpan.Zero });

        (await worker.StopAsync()).Outcome.Should().Be(WorkerOutcome.Abandoned);
        await worker.DisposeAsync(); // as a using statement does after the stop

        _measured.Of(Abandoned).Should().Equal((1, ""));
        Sum(Running).Should().Be(1);
        mayEnd.Open();
        await worker.Completion;
        Sum(Running).Should().Be(0);
        _measured.Of(Duration).Should().ContainSingle().Which.Tags.Should().Be("outcome=Aborted");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_restart_counts_once()
    {
        var group = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 3), Options);
        var runs = 0;
        group.Add("flaky", async stop =>
        {
            if (++runs == 1)
                throw new InvalidDataException();
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        });
        group.Start();

        Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref runs) == 2;
        });
        await group.StopAsync();

        _measured.Of("stopkit.worker.restarts").Should().Equal((1, ""));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_that_its_group_leaves_behind_counts_as_abandoned()
    {
        var mayEnd = new Gate();
        var group = new WorkerGroup("app", options: Options);
        group.Add("willing", async stop => await stop.WaitAsync(Timeout.InfiniteTimeSpan));
        group.Add("stuck", _ => mayEnd.PassAsync());
        group.Start();

        var stopping = group.StopAsync(TimeSpan.Zero);
        Patience.Until(() => Sum(Running) == 2); // the group and the one that is stuck
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5), timers: 2); // the group's abort period, and that of who waits for the group
        await stopping;
        await group.Completion;

        Sum(Abandoned).Should().Be(1);
        mayEnd.Open();
        await Task.Run(() => Patience.Until(() => Sum(Running) == 0));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_listener_that_throws_harms_neither_a_stop_nor_a_worker(WorkerKind kind)
    {
        _measured.Throws = true;
        var wasCalled = false;
        using var source = new StopSource();
        using var registration = source.Token.OnStop(_ => wasCalled = true);
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), stop: source.Token);

        source.RequestStop().Should().BeTrue();

        wasCalled.Should().BeTrue();
        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Stopped);
        _measured.Of(Duration).Should().ContainSingle();
    }

    public void Dispose() => _measured.Dispose();

    private double Sum(string instrument) => _measured.Of(instrument).Sum(one => one.Value);
}
