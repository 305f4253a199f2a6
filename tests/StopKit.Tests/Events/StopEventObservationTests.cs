namespace StopKit.Tests.Events;

/// <summary>A worker that waits for an event with its token has seen the stop when the stop ends the wait, and only then.</summary>
public sealed class StopEventObservationTests
{
    private readonly ManualClock _clock = new();

    private WorkerOptions Options => new() { TimeProvider = _clock };

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_wait_that_the_stop_ends_is_an_observation(WorkerKind kind)
    {
        var set = new StopEvent(timeProvider: _clock);
        var worker = TestWorkers.Start(kind, stop => set.Wait(stop), options: Options);

        worker.RequestStop();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_asynchronous_wait_that_the_stop_ends_is_an_observation(bool isWaiting)
    {
        var (set, mayWait) = (new StopEvent(timeProvider: _clock), new Gate());
        var worker = AsyncWorker.Start(
            "one",
            async stop =>
            {
                await mayWait.PassAsync();
                await set.WaitAsync(TimeSpan.FromSeconds(9), stop);
            },
            options: Options);
        if (isWaiting)
        {
            mayWait.Open();
            await Task.Run(() => Patience.Until(() => _clock.ActiveTimers > 0));
        }

        worker.RequestStop();
        mayWait.Open();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_wait_that_the_event_ends_is_none(WorkerKind kind)
    {
        var (isRunning, mayWait) = (new Gate(), new Gate());
        var set = new StopEvent(isSet: true);
        var worker = TestWorkers.Start(kind, stop =>
        {
            isRunning.Open();
            mayWait.Pass();
            set.Wait(stop);
        });
        await isRunning.PassAsync();

        worker.RequestStop();
        mayWait.Open();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_wait_that_its_time_ended_is_none(WorkerKind kind)
    {
        var (hasWaited, mayEnd) = (new Gate(), new Gate());
        var set = new StopEvent(timeProvider: _clock);
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                set.Wait(TimeSpan.FromSeconds(1), stop);
                hasWaited.Open();
                mayEnd.Pass();
            },
            options: Options);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(1));
        await hasWaited.PassAsync();

        worker.RequestStop();
        mayEnd.Open();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }
}
