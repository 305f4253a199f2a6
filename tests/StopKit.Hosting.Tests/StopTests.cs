using System.Runtime.InteropServices;

namespace StopKit.Hosting.Tests;

/// <summary>Real programs and real signals: the order of a stop, its reasons, its exit codes, and which names stderr has.</summary>
public sealed class StopTests
{
    public static TheoryData<int, string> VersionsAndWays => HostChild.VersionsAndWays;

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(VersionsAndWays))]
    public async Task SIGTERM_stops_the_workers_in_reverse_order_then_the_services_and_gives_0(int version, string way)
    {
        await using var child = await HostChild.StopAsync(version, way, "none", PosixSignal.SIGTERM);

        await child.ShouldExitAsync(0);
        child.Said().Where(static line => line != "host: stopping").Should().Equal("poller: SIGTERM received", "printer: SIGTERM received", "outer: stopped");
        child.Output.Lines.Should().Contain("host: stopping", "ApplicationStopping is cancelled, too");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = HostChild.Limit)]
    public async Task A_graceful_stop_by_a_signal_gives_its_code_if_the_configuration_says_so()
    {
        await using var child = await HostChild.StopAsync(10, "stopkit", "none", PosixSignal.SIGINT, "--StopKit:SignalExitCodes=true", "--StopKit:Hint=stopping");

        await child.ShouldExitAsync(130);
        child.Errors.Lines.Should().Equal("stopping", "Exit code 130: SIGINT received.");
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(VersionsAndWays))]
    public async Task StopApplication_by_a_worker_stops_all_because_the_host_is_stopping(int version, string way)
    {
        await using var child = HostChild.Start(version, way, "stop-application");

        await child.ShouldExitAsync(0);
        child.Output.Lines.Should().ContainInOrder("printer: host is stopping", "outer: stopped");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = HostChild.Limit)]
    public async Task The_exit_code_of_a_worker_is_that_of_the_program()
    {
        await using var child = HostChild.Start(10, "stopkit", "exit");

        await child.ShouldExitAsync(42);
        child.Output.Lines.Should().Contain("printer: the leaver has left");
    }

    [Fact(Timeout = HostChild.Limit)]
    public async Task The_host_stops_when_all_workers_have_ended_if_the_configuration_says_so()
    {
        await using var child = HostChild.Start(10, "stopkit", "batch", "--StopKit:StopHostWhenCompleted=true");

        await child.ShouldExitAsync(0);
        child.Output.Lines.Should().ContainInOrder("job: done", "outer: stopped");
        child.Errors.Lines.Should().BeEmpty();
    }
}
