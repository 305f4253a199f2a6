using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>What a program tells a service manager.</summary>
public sealed class ReadinessTests : IDisposable
{
    private const int Limit = 120_000;

    // Grace, abort period, and the three seconds for the last texts.
    private const string Stopping = "STOPPING=1\nEXTEND_TIMEOUT_USEC=38000000";
    private readonly TempFolder _folder = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    [Theory(Timeout = Limit)]
    [InlineData("worker")]
    [InlineData("group")]
    public async Task It_is_told_once_when_the_root_is_ready_and_once_when_it_stops(string form)
    {
        var address = _folder.PathOf("notify");
        _manager.Bind(new UnixDomainSocketEndPoint(address));
        await using var child = Start(address, form);
        await child.WaitForLineAsync("starting");
        _manager.Available.Should().Be(0, "it is not ready");
        child.Output.Lines.Should().NotContain("serving");

        await child.Input.WriteLineAsync();
        (await ReceiveAsync()).Should().Be("READY=1");
        await child.WaitForLineAsync("serving");
        child.Signal(PosixSignal.SIGTERM);
        (await ReceiveAsync()).Should().Be(Stopping);

        (await child.WaitForExitAsync()).Should().Be(0);
        _manager.Available.Should().Be(0);
        child.Output.Lines.Should().Equal("starting", "serving");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_main_is_ready_once_it_runs_and_the_socket_may_have_an_abstract_name()
    {
        var name = $"stopkit-{Guid.NewGuid():N}";
        _manager.Bind(new UnixDomainSocketEndPoint($"\0{name}"));
        await using var child = Start($"@{name}", "main");

        (await ReceiveAsync()).Should().Be("READY=1");
        await child.WaitForLineAsync("serving");
        child.Signal(PosixSignal.SIGINT);
        (await ReceiveAsync()).Should().Be(Stopping);

        (await child.WaitForExitAsync()).Should().Be(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_inside_a_program_says_nothing_about_the_process()
    {
        var address = _folder.PathOf("notify");
        _manager.Bind(new UnixDomainSocketEndPoint(address));
        await using var child = Start(address, "inner");
        (await ReceiveAsync()).Should().Be("READY=1");
        await Eventually.BecomesTrueAsync(() => child.Output.Lines.Count == 2); // both have printed their lines

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(0);
        (await ReceiveAsync()).Should().Be(Stopping);
        _manager.Available.Should().Be(0);
        child.Output.Lines.Should().BeEquivalentTo("serving", "inner");
    }

    [Fact(Timeout = Limit)]
    public async Task A_manager_that_is_gone_does_not_disturb_the_program()
    {
        await using var child = Start(_folder.PathOf("nobody"), "main");
        await child.WaitForLineAsync("serving");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Errors.Lines.Should().BeEmpty();
    }

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    private static ChildProcess Start(string address, string form) => ChildProcess.Start(
        start => start.Environment["NOTIFY_SOCKET"] = address,
        DotnetCommand.Host,
        Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"),
        "ready",
        form,
        "ready=serving",
        "hint=h");

    private async Task<string> ReceiveAsync()
    {
        var buffer = new byte[1000];
        var count = await _manager.ReceiveAsync(buffer).WaitAsync(ChildProcess.DefaultTimeout);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }
}
