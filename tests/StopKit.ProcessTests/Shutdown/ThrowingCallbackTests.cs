using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>A throwing stop callback ends no process.</summary>
public sealed class ThrowingCallbackTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Not_on_a_signal()
    {
        await using var child = ChildProcess.StartTestChild("throw-on-signal", "debounce=0");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("stopping");
        child.Signal(PosixSignal.SIGQUIT);

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines[^1].Should().Be("SIGTERM received, SIGQUIT received");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Not_on_the_timer_of_the_grace()
    {
        await using var child = ChildProcess.StartTestChild("throw-on-signal", "grace=50");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines[^1].Should().Be("SIGTERM received, grace of 50 ms expired");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Not_on_the_timer_of_a_deadline()
    {
        await using var child = ChildProcess.StartTestChild("throw-on-timer");

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines.Should().Equal("abort aborting stop stopping");
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task But_that_of_a_bare_CancellationTokenSource_does()
    {
        await using var child = ChildProcess.StartTestChild("throw-on-platform-timer");

        (await child.WaitForExitAsync()).Should().Be(134, "an unhandled exception ends it by SIGABRT");
        child.Output.Lines.Should().Equal("ready");
        child.Errors.Lines.Should().Contain(line => line.StartsWith("Unhandled exception.", StringComparison.Ordinal));
    }
}
