using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class MainListensTests
{
    [Theory(Timeout = SampleRun.Limit)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task A_signal_to_main_stops_the_worker_and_main_joins_it(PosixSignal signal)
    {
        var lines = await SampleRun.ToSignalAsync("main-listens", "counts", signal);

        lines.Should().HaveCount(4);
        lines[0].Should().MatchRegex(@"^Process \d+ counts\. Press Ctrl\+C\.$");
        // Main and the worker are told at the same time.
        lines.Skip(1).Take(2).Should().BeEquivalentTo($"{signal}: waiting for the worker", "The worker puts its work away");
        lines[3].Should().Be($"The worker is done: Stopped because {signal} received");
    }
}
