using System.Runtime.InteropServices;

namespace StopKit.Hosting.Tests;

/// <summary>Real programs in which a worker or a hosted service fails.</summary>
public sealed class FailureTests
{
    public static TheoryData<int, string> VersionsAndWays => HostChild.VersionsAndWays;

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(VersionsAndWays))]
    public async Task A_worker_that_fails_stops_the_host_and_gives_1(int version, string way)
    {
        await using var child = HostChild.Start(version, way, "failing-worker");

        await child.ShouldExitAsync(1);
        child.Output.Lines.Should().Contain("printer: fragile failed: InvalidOperationException: no paper").And.Contain("outer: stopped");
        child.Errors.Lines[0].Should().EndWith("TestChild/fragile failed: System.InvalidOperationException: no paper");
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(VersionsAndWays))]
    public async Task A_background_service_that_fails_stops_the_host_and_gives_1(int version, string way)
    {
        await using var child = HostChild.Start(version, way, "failing-service");

        await child.ShouldExitAsync(1);
        child.Output.Lines.Should().Contain("outer: stopped");
        child.Errors.Lines[0].Should().EndWith("TestChild/services/FailingService failed: System.InvalidOperationException: no ink");
    }

    [Fact(Timeout = HostChild.Limit)]
    public async Task A_service_whose_StopAsync_throws_gives_1_and_is_named()
    {
        await using var child = await HostChild.StopAsync(10, "stopkit", "failing-stop", PosixSignal.SIGTERM);

        await child.ShouldExitAsync(1);
        child.Output.Lines.Should().Contain("outer: stopped");
        child.Errors.Lines[0].Should().EndWith("TestChild/services/FailingStop failed: System.InvalidOperationException: cannot stop");
    }
}
