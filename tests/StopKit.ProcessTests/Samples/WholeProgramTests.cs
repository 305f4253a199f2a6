using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class WholeProgramTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task Its_workers_stop_in_order_and_lose_no_job()
    {
        var lines = await SampleRun.ToSignalAsync("whole-program", "printer: job 3", PosixSignal.SIGTERM);

        var jobs = lines.Where(line => line.StartsWith("printer: job ", StringComparison.Ordinal)).ToList();
        jobs.Should().Equal(Enumerable.Range(1, jobs.Count).Select(number => $"printer: job {number}"));
        lines[^1].Should().Be("printer: put away, 0 jobs left");
        lines.SkipLast(1).Should().OnlyContain(line => line.StartsWith("clock: ", StringComparison.Ordinal) || jobs.Contains(line));
    }
}
