using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>A clock that throws may cost a program its measurements, but neither its stop nor the limit of that.</summary>
public sealed class BrokenClockTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task A_signal_stops_a_program_whose_clock_throws()
    {
        await using var child = ChildProcess.StartTestChild("broken-clock", "willing");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines.Should().Equal("ready", "stopped");
    }

    [Fact(Timeout = Limit)]
    public async Task The_supervisor_ends_a_program_whose_clock_throws_and_names_who_is_late()
    {
        await using var child = ChildProcess.StartTestChild("broken-clock", "stuck");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(124);
    }
}
