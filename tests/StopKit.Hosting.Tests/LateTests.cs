using System.Runtime.InteropServices;

namespace StopKit.Hosting.Tests;

/// <summary>Real programs and real signals: what is late is named, and starves nothing.</summary>
public sealed class LateTests
{
    public static TheoryData<int> Versions => HostChild.Versions;

    public static TheoryData<int, string> VersionsAndWays => HostChild.VersionsAndWays;

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(VersionsAndWays))]
    public async Task A_late_background_service_is_named_and_the_service_behind_it_is_asked_in_time(int version, string way)
    {
        await using var child = await HostChild.StopAsync(version, way, "late-service", PosixSignal.SIGTERM, HostChild.ShortGrace, HostChild.ShortAbort);

        await child.ShouldExitAsync(124);
        child.Said().Should().Contain("behind: asked, cancelled: False").And.Contain("outer: stopped");
        child.Errors.Lines.Should().ContainSingle(static line => line.StartsWith("  LATE")).Which.Should().EndWith("TestChild/services/LateService");
        child.Errors.Lines[^1].Should().StartWith("Exit code 124: late after the abort");
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_hosted_service_whose_StopAsync_is_late_is_named_and_the_service_behind_it_is_asked_in_time(int version)
    {
        await using var child = await HostChild.StopAsync(version, "stopkit", "late-hosted", PosixSignal.SIGTERM, HostChild.ShortGrace, HostChild.ShortAbort);

        await child.ShouldExitAsync(124);
        child.Said().Should().Contain("behind: asked, cancelled: False").And.Contain("outer: stopped");
        child.Errors.Lines.Should().ContainSingle(static line => line.StartsWith("  LATE")).Which.Should().EndWith("TestChild/services/LateHosted");
    }
}
