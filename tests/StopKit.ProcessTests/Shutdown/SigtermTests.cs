using System.Runtime.InteropServices;
using StopKit.Testing;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>What .NET 10 does at SIGTERM, and what a program with StopKit does.</summary>
public sealed class SigtermTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Without_StopKit_neither_finally_nor_ProcessExit_runs()
    {
        await using var run = await ProgramTest.StartAsync("StopKit.TestChild.dll", "sigterm", "plain");
        await run.UntilLine("ready", ChildProcess.DefaultTimeout);

        run.Signal(PosixSignal.SIGTERM);

        await run.ShouldExitAsync(143, ChildProcess.DefaultTimeout);
        run.Output.Should().Equal("ready");
    }

    [Fact(Timeout = Limit)]
    public async Task With_StopKit_both_run()
    {
        await using var run = await ProgramTest.StartAsync("StopKit.TestChild.dll", "sigterm", "stopkit");
        await run.UntilLine("ready", ChildProcess.DefaultTimeout);

        run.Signal(PosixSignal.SIGTERM);

        await run.ShouldExitAsync(0, ChildProcess.DefaultTimeout);
        run.Output.Should().Equal("ready", "finally", "process exit");
    }
}
