namespace StopKit.ProcessTests.Samples;

public sealed class StopAWorkerTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task It_stops_its_worker_and_says_how_that_ended()
    {
        await using var sample = await SampleProgram.StartAsync("stop-a-worker");

        (await sample.WaitForExitAsync()).Should().Be(0);

        sample.Output.Lines.SkipLast(2).Should().NotBeEmpty().And.OnlyContain(line => line == "polling");
        sample.Output.Lines[^2].Should().Be("everything is put away");
        sample.Output.Lines[^1].Should().MatchRegex(@"^poller: Stopped after \S+ m?s \(that is enough\)$");
    }
}
