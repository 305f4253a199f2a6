using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class GenericHostTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task The_workers_stop_in_reverse_order_and_the_services_of_the_host_after_them()
    {
        var lines = await SampleRun.ToSignalAsync("generic-host", "printer: job 1", PosixSignal.SIGTERM);

        lines.Where(line => !line.StartsWith("printer: job", StringComparison.Ordinal))
            .Should().Equal("poller: SIGTERM received", "printer: put away, 0 jobs left", "greeter: goodbye");
    }
}
