using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Samples;

public sealed class StopAWorkerTests
{
    [Fact(Timeout = 120_000)]
    public async Task It_stops_its_worker_and_says_how_that_ended()
    {
        await using var sample = await SampleProgram.StartAsync("stop-a-worker");

        (await sample.WaitForExitAsync()).Should().Be(0);

        sample.Output.Lines.Should().HaveCount(3);
        sample.Output.Lines.Take(2).Should().Equal("polling", "everything is put away");
        sample.Output.Lines[2].Should().MatchRegex(@"^poller: Stopped after \S+ m?s \(that is enough\)$");
    }
}
