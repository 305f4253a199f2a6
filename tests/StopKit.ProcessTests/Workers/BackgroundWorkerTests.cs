using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Workers;

/// <summary>Which ends of a process give a background worker time, and which cannot.</summary>
public sealed class BackgroundWorkerTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("return")]
    [InlineData("exit")]
    [InlineData("exit-elsewhere")]
    public async Task It_is_stopped_when_the_process_exits(string way)
    {
        await using var child = ChildProcess.StartTestChild("background", way, "clean-up");

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines.Should().Equal("ready", "cleaned up: process is exiting");
    }

    [Theory(Timeout = Limit)]
    [InlineData("return")]
    [InlineData("exit")]
    public async Task Without_the_option_it_ends_abruptly(string way)
    {
        await using var child = ChildProcess.StartTestChild("background", way, "no-clean-up");

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines.Should().Equal("ready");
    }

    [Fact(Timeout = Limit)]
    public async Task An_unhandled_exception_gives_no_time_even_with_the_option()
    {
        await using var child = ChildProcess.StartTestChild("background", "unhandled", "clean-up");

        (await child.WaitForExitAsync()).Should().Be(134);
        child.Output.Lines.Should().Equal("ready");
        child.Errors.Lines.Should().Contain(line => line.Contains("nobody handles this", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Nor_does_a_signal_that_nobody_listens_to()
    {
        await using var child = ChildProcess.StartTestChild("background", "signal", "clean-up");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(143);
        child.Output.Lines.Should().Equal("ready");
    }

    [Fact(Timeout = Limit)]
    public async Task The_limits_of_many_workers_do_not_add_up()
    {
        // A hundred of one second each.
        await using var child = ChildProcess.StartTestChild("background-blocked");

        (await child.WaitForExitAsync(TimeSpan.FromSeconds(30))).Should().Be(7);
    }
}
