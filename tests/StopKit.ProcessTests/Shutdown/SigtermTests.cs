using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>What .NET 10 does at SIGTERM, and what a program with StopKit does.</summary>
public sealed class SigtermTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Without_StopKit_neither_finally_nor_ProcessExit_runs()
    {
        await using var child = ChildProcess.StartTestChild("sigterm", "plain");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(143);
        child.Output.Lines.Should().Equal("ready");
    }

    [Fact(Timeout = Limit)]
    public async Task With_StopKit_both_run()
    {
        await using var child = ChildProcess.StartTestChild("sigterm", "stopkit");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines.Should().Equal("ready", "finally", "process exit");
    }
}
