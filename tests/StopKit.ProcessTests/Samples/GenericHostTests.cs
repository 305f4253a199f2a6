using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class GenericHostTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task The_services_of_the_host_stop_first_then_the_workers_below_it_with_the_reason_of_the_program()
    {
        var lines = await SampleRun.ToSignalAsync("generic-host", "greeter: hello", PosixSignal.SIGTERM);

        lines.Where(line => line != "poller: polling").Should().Equal("greeter: hello", "greeter: goodbye", "poller: SIGTERM received");
    }
}
