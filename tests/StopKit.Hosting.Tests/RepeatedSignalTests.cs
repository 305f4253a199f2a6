using System.Runtime.InteropServices;

namespace StopKit.Hosting.Tests;

/// <summary>Real programs and more than one real signal.</summary>
public sealed class RepeatedSignalTests
{
    public static TheoryData<int, string> VersionsAndWays => HostChild.VersionsAndWays;

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(VersionsAndWays))]
    public async Task A_second_signal_aborts_and_what_is_late_is_named(int version, string way)
    {
        await using var child = HostChild.Start(version, way, "late-worker", "--StopKit:Debounce=00:00:00", HostChild.ShortAbort);
        await child.WaitForLineAsync("stuck: running");
        child.Signal(PosixSignal.SIGINT);
        await child.WaitForLineAsync("outer: stopped");

        child.Signal(PosixSignal.SIGINT);

        await child.ShouldExitAsync(130);
        child.Errors.Lines.Should().ContainSingle(static line => line.StartsWith("  LATE") && line.EndsWith("TestChild/stuck"))
            .And.Contain(static line => line.Contains("last seen: <Main>$, Program.cs:"))
            .And.Contain("Exit code 130: late after the abort (SIGINT received).");
        child.Output.Lines.Should().Contain(static line => line.Contains("StopKit.Hosting[4004]") && line.Contains("Exit code 130"), "the log has it, too");
    }

    [Fact(Timeout = HostChild.Limit)]
    public async Task A_third_signal_ends_the_process_at_once_and_what_is_late_is_named()
    {
        await using var child = HostChild.Start(10, "stopkit", "late-worker", "--StopKit:Debounce=00:00:00");
        await child.WaitForLineAsync("stuck: running");
        child.Signal(PosixSignal.SIGINT);
        await child.WaitForLineAsync("outer: stopped");

        (await child.SignalUntilExitAsync(PosixSignal.SIGINT)).Should().Be(130);

        child.Errors.Lines.Should().Contain(static line => line.EndsWith("TestChild/stuck"))
            .And.Contain("Exit code 130: ended at once (SIGINT received a third time).");
    }

    [Fact(Timeout = HostChild.Limit)]
    public async Task While_the_drain_delay_runs_nothing_is_stopped_and_a_second_signal_cuts_it_short()
    {
        await using var child = await HostChild.StopAsync(10, "stopkit", "draining", PosixSignal.SIGTERM, "--StopKit:DrainDelay=01:00:00", "--StopKit:Debounce=00:00:00");
        await child.WaitForLineAsync("watcher: draining, stopped: False");
        child.Output.Lines.Should().NotContain("host: stopping");

        child.Signal(PosixSignal.SIGTERM);

        await child.ShouldExitAsync(143); // all have ended, but after an abort
        child.Output.Lines.Should().ContainInOrder("printer: SIGTERM received", "outer: stopped");
    }
}
