using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace StopKit.Hosting.Tests;

/// <summary>Real programs: a start that fails, is stopped, or finds options that do not fit; systemd.</summary>
public sealed class StartTests
{
    public static TheoryData<int> Versions => HostChild.Versions;

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_start_that_fails_gives_1_and_says_why(int version)
    {
        await using var child = HostChild.Start(version, "stopkit", "failing-start");

        await child.ShouldExitAsync(1);
        child.Errors.Lines[0].Should().EndWith("TestChild failed to start: System.InvalidOperationException: cannot start");
        child.Output.Lines.Should().Contain("outer: stopped").And.NotContain("poller: running");
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task StopApplication_in_the_start_is_a_stop_and_gives_0(int version)
    {
        await using var child = HostChild.Start(version, "stopkit", "stop-in-start");

        await child.ShouldExitAsync(0);
        child.Output.Lines.Should().Contain("outer: stopped").And.NotContain("poller: running");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_signal_in_the_start_is_a_stop_and_gives_0(int version)
    {
        await using var child = HostChild.Start(version, "stopkit", "slow-start");
        await child.WaitForLineAsync("slow: starting");

        child.Signal(PosixSignal.SIGTERM);

        await child.ShouldExitAsync(0);
        child.Output.Lines.Should().Contain("outer: stopped").And.NotContain("poller: running");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task Wrong_options_give_1_and_name_the_key_and_its_range(int version)
    {
        await using var child = HostChild.Start(version, "stopkit", "none", "--StopKit:Grace=-00:00:05");

        await child.ShouldExitAsync(1);
        child.Errors.Lines.Should().Equal(
            "StopKit:Grace is -00:00:05, but must be from 00:00:00 to 24.20:31:23.6470000, or -00:00:00.0010000 for no limit.",
            "Exit code 1: StopKit.Hosting.TestChild was not started.".Replace(".Hosting.", version == 11 ? ".Hosting11." : ".Hosting.", StringComparison.Ordinal));
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task A_shorter_ShutdownTimeout_is_a_warning_with_both_numbers(int version)
    {
        await using var child = await HostChild.StopAsync(version, "stopkit", "short-timeout", PosixSignal.SIGTERM);

        await child.ShouldExitAsync(0);
        child.Output.Lines.Should().ContainSingle(static line => line.Contains("StopKit.Hosting[4003]"))
            .Which.Should().Contain("HostOptions.ShutdownTimeout is 00:00:07").And.Contain("needs 00:00:40");
    }

    [Theory(Timeout = HostChild.Limit), MemberData(nameof(Versions))]
    public async Task With_systemd_the_manager_is_told_at_the_first_signal_and_how_long_the_stop_may_take(int version)
    {
        using var folder = new TempFolder();
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(folder.PathOf("notify")));
        await using var child = ChildProcess.Start(
            start => start.Environment["NOTIFY_SOCKET"] = folder.PathOf("notify"),
            DotnetCommand.Host, HostChild.PathOf(version), "stopkit", "systemd", "--StopKit:DrainDelay=01:00:00", "--StopKit:Debounce=00:00:00");
        await child.WaitForLineAsync("poller: running");
        (await ReceiveAsync()).Should().Be("READY=1");

        child.Signal(PosixSignal.SIGTERM);

        (await ReceiveAsync()).Should().Be("STOPPING=1\nEXTEND_TIMEOUT_USEC=3638000000"); // an hour, grace, abort period, three seconds
        child.Output.Lines.Should().NotContain("host: stopping", "the drain delay holds the stop back, also under UseSystemd");
        child.Signal(PosixSignal.SIGTERM);
        await child.ShouldExitAsync(143);
        manager.Available.Should().Be(0, "each is told once");

        async Task<string> ReceiveAsync()
        {
            var buffer = new byte[1000];
            var count = await manager.ReceiveAsync(buffer).WaitAsync(ChildProcess.DefaultTimeout);
            return Encoding.UTF8.GetString(buffer, 0, count);
        }
    }
}
