using System.Runtime.InteropServices;
using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>A program inside a program does not end the process while the outer one is within its limits.</summary>
public sealed class NestedTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task An_inner_StopApp_that_is_late_is_reported_and_returns_its_code_to_the_outer_one()
    {
        await using var child = ChildProcess.StartTestChild("nested", "app", "grace=100", "abort=100");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        await child.WaitForLineAsync("inner returns 124");
        await child.Errors.WaitForLineAsync("Exit code 124: late after the abort (grace of 100 ms expired).");
        await ShouldCleanUpAsync(child, exitCode: 0);
    }

    [Fact(Timeout = Limit)]
    public async Task An_inner_StopApp_that_is_late_leaves_the_process_to_an_older_listener()
    {
        await using var child = ChildProcess.StartTestChild("nested", "listener", "grace=100", "abort=100");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        await child.Errors.WaitForLineAsync("Exit code 124: late after the abort (grace of 100 ms expired).");
        await ShouldCleanUpAsync(child, exitCode: 7);
    }

    [Theory(Timeout = Limit)]
    [InlineData("app", 0)]
    [InlineData("listener", 7)]
    public async Task A_third_signal_is_counted_by_the_outer_one_alone(string form, int exitCode)
    {
        await using var child = ChildProcess.StartTestChild("nested", form, "grace=-1", "abort=100", "debounce=0");
        await child.WaitForLineAsync("ready");
        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("inner stops: SIGTERM received");
        child.Signal(PosixSignal.SIGTERM);
        await child.Errors.WaitForLineAsync("Exit code 143: late after the abort (SIGTERM received).");

        child.Signal(PosixSignal.SIGTERM);

        await ShouldCleanUpAsync(child, exitCode);
        child.Errors.Lines.Should().NotContain(line => line.Contains("a third time", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task The_outer_ones_ceiling_holds_however_long_the_inner_one_may_take()
    {
        await using var child = ChildProcess.StartTestChild("nested", "impatient", "grace=100", "abort=100");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(124);
        child.Errors.Lines[^1].Should().Be("Exit code 124: late after the abort (grace of 100 ms expired).");
    }

    private static async Task ShouldCleanUpAsync(ChildProcess child, int exitCode)
    {
        await Eventually.BecomesTrueAsync(() => child.Output.Lines.Contains("cleaning up"));
        child.Input.Close(); // lets the cleanup go on
        (await child.WaitForExitAsync()).Should().Be(exitCode);
        child.Output.Lines[^1].Should().Be("cleaned up");
    }
}
