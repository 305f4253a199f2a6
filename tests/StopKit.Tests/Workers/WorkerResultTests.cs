namespace StopKit.Tests.Workers;

public sealed class WorkerResultTests
{
    private readonly ManualClock _clock = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task It_reads_as_a_line()
    {
        (await ResultOf(_ => { })).Should().Be("sender-3: Completed");
        (await ResultOf(_ => throw new ExitException(7))).Should().Be("sender-3: Exited with code 7");
        (await ResultOf(_ => throw new InvalidDataException("bad header"))).Should().Be("sender-3: Faulted: InvalidDataException: bad header");
        (await ResultOf(stop => stop.Wait(), worker => worker.RequestStop("enough"))).Should().Be("sender-3: Stopped after 0 ms (enough)");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Times_are_rounded_for_a_person()
    {
        var mayEnd = new Gate();
        var line = ResultOf(
            stop =>
            {
                mayEnd.Pass();
                stop.ThrowIfStopRequested();
            },
            worker =>
            {
                worker.RequestStop("enough");
                _clock.Advance(TimeSpan.FromTicks(123_456));
                mayEnd.Open();
            });

        (await line).Should().Be("sender-3: Stopped after 12 ms (enough)");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_reads_as_its_state_and_then_as_its_result()
    {
        var worker = TestWorkers.Make(WorkerKind.Async, stop => stop.Wait(), name: "one", options: new WorkerOptions { TimeProvider = _clock });
        worker.ToString().Should().Be("one: Created, Running");
        worker.Start();
        worker.ToString().Should().Be("one: Running, Running");
        worker.RequestStop("enough");
        await worker.Completion;
        worker.ToString().Should().Be("one: Stopped after 0 ms (enough)");
    }

    [Fact]
    public void An_ExitException_has_a_message_that_tells_its_code()
    {
        new ExitException(3).Should().Match<ExitException>(e => e.ExitCode == 3 && e.Message == "exit with code 3");
        new ExitException(3, "no config").Message.Should().Be("no config");
    }

    private async Task<string> ResultOf(Action<StopToken> body, Action<Worker>? then = null)
    {
        var worker = TestWorkers.Start(WorkerKind.Thread, body, options: new WorkerOptions { TimeProvider = _clock }, name: "sender-3");
        then?.Invoke(worker);
        return (await worker.Completion).ToString();
    }
}
