namespace StopKit.Tests.Workers;

public sealed class MeasurementTests
{
    private readonly ManualClock _clock = new();

    private WorkerOptions Options => new() { TimeProvider = _clock };

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Latency_runs_to_the_first_observation_and_the_stop_s_duration_to_the_end(WorkerKind kind)
    {
        var (isRunning, mayLook, hasLooked, mayEnd) = (new Gate(), new Gate(), new Gate(), new Gate());
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                isRunning.Open();
                mayLook.Pass();
                _ = stop.IsStopRequested;
                hasLooked.Open();
                mayEnd.Pass();
                _ = stop.IsStopRequested; // the second observation does not count
            },
            options: Options);

        await isRunning.PassAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        worker.RequestStop();
        _clock.Advance(TimeSpan.FromSeconds(2));
        mayLook.Open();
        await hasLooked.PassAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        mayEnd.Open();

        var result = await worker.Completion;
        result.StopLatency.Should().Be(TimeSpan.FromSeconds(2));
        result.StopDuration.Should().Be(TimeSpan.FromSeconds(5));
        result.Duration.Should().Be(TimeSpan.FromSeconds(15));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_request_at_the_very_start_of_the_clock_is_measured(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), options: Options);

        worker.RequestStop();

        var result = await worker.Completion;
        result.StopLatency.Should().Be(TimeSpan.Zero);
        result.StopDuration.Should().Be(TimeSpan.Zero);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_stop_from_above_is_measured_from_its_request(WorkerKind kind)
    {
        using var parent = new StopSource(_clock);
        var mayLook = new Gate();
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                mayLook.Pass();
                _ = stop.IsStopRequested;
            },
            options: Options,
            stop: parent.Token);

        parent.RequestStop();
        _clock.Advance(TimeSpan.FromSeconds(2));
        mayLook.Open();

        (await worker.Completion).StopLatency.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_hidden_observation_counts_from_the_end_of_the_body(WorkerKind kind)
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                _ = stop.Stopping;
                isRunning.Open();
                mayEnd.Pass();
            },
            options: Options);
        await isRunning.PassAsync();

        worker.RequestStop();
        _clock.Advance(TimeSpan.FromSeconds(4));
        mayEnd.Open();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Stopped && r.StopLatency == TimeSpan.FromSeconds(4));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_fault_that_never_looked_has_no_latency(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(
            kind,
            _ =>
            {
                mayEnd.Pass();
                throw new InvalidOperationException();
            },
            options: Options);

        worker.RequestStop();
        _clock.Advance(TimeSpan.FromSeconds(4));
        mayEnd.Open();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.StopLatency == null && r.StopDuration == TimeSpan.FromSeconds(4));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_cleanup_is_part_of_the_durations(WorkerKind kind)
    {
        var (isCleaning, mayEnd) = (new Gate(), new Gate());
        var worker = TestWorkers.Start(
            kind,
            stop => stop.Wait(),
            _ =>
            {
                isCleaning.Open();
                mayEnd.Pass();
            },
            Options);

        worker.RequestStop();
        await isCleaning.PassAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        mayEnd.Open();

        (await worker.Completion).Should().Match<WorkerResult>(
            r => r.StopLatency == TimeSpan.Zero && r.StopDuration == TimeSpan.FromSeconds(3) && r.Duration == TimeSpan.FromSeconds(3));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_last_checkpoint_tells_member_file_and_line(WorkerKind kind)
    {
        var result = await TestWorkers.Start(
            kind,
            stop =>
            {
                stop.Checkpoint();
                using var scope = StopSource.LinkedTo(stop);
                scope.Token.Checkpoint("Drain", "/src/mail/Mailer.cs", 42);
            }).Completion;

        var last = result.LastCheckpoint!;
        (last.Member, last.File, last.Line).Should().Be(("Drain", "/src/mail/Mailer.cs", 42));
        last.ToString().Should().StartWith("Drain, Mailer.cs:42, ").And.EndWith(" ago");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_checkpoint_of_the_cleanup_counts_and_one_of_another_worker_does_not(WorkerKind kind)
    {
        var result = await TestWorkers.Start(
            kind,
            stop =>
            {
                stop.Checkpoint("Body");
                using var other = TestWorkers.Start(kind, inside => inside.Checkpoint("Other"), stop: stop);
                other.Join();
            },
            shielded => shielded.Checkpoint("CleanUp")).Completion;

        result.LastCheckpoint!.Member.Should().Be("CleanUp");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_callers_place_is_filled_in_by_the_compiler(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, stop => stop.Checkpoint()).Completion;

        result.LastCheckpoint!.Member.Should().Be(nameof(The_callers_place_is_filled_in_by_the_compiler));
        result.LastCheckpoint.File.Should().EndWith("MeasurementTests.cs");
        result.LastCheckpoint.Line.Should().BePositive();
    }
}
