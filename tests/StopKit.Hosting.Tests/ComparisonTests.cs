using System.Runtime.InteropServices;

namespace StopKit.Hosting.Tests;

/// <summary>What docs/comparison.md says of a host without StopKit: the same programs as in the other tests.</summary>
public sealed class ComparisonTests
{
    public static TheoryData<int> Versions => HostChild.Versions;

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_plain_host_names_no_late_service_starves_the_one_behind_it_and_gives_0(int version)
    {
        await using var child = await HostChild.StopAsync(version, "plain", "late-service", PosixSignal.SIGTERM, "--shutdownTimeoutSeconds=1");

        await child.ShouldExitAsync(0);
        child.Output.Lines.Should().Contain("behind: asked, cancelled: True").And.NotContain(static line => line.Contains("LateService"));
        child.Errors.Lines.Should().BeEmpty();
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_plain_host_whose_background_service_fails_gives_0_and_from_Hosting_11_on_it_crashes(int version)
    {
        await using var child = HostChild.Start(version, "plain", "failing-service");

        await child.ShouldExitAsync(version < 11 ? 0 : 134);
        child.Output.Lines.Should().Contain("outer: stopped");
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_plain_host_does_not_care_for_a_second_and_a_third_signal(int version)
    {
        await using var child = await HostChild.StopAsync(version, "plain", "late-service", PosixSignal.SIGINT, "--shutdownTimeoutSeconds=5");
        await child.WaitForLineAsync("host: stopping");

        child.Signal(PosixSignal.SIGINT);
        child.Signal(PosixSignal.SIGINT);

        await child.ShouldExitAsync(0);
        child.Output.Lines.Should().Contain("behind: asked, cancelled: True", "it has waited for the whole of its time");
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_plain_host_that_is_stopped_in_its_start_crashes_and_stops_nothing(int version)
    {
        await using var child = HostChild.Start(version, "plain", "stop-in-start");

        await child.ShouldExitAsync(134);
        child.Output.Lines.Should().NotContain("outer: stopped");
    }
}
