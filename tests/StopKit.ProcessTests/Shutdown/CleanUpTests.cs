using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>Two or more signals while Main is already cleaning up never crash the process.</summary>
public sealed class CleanUpTests
{
    private const int Limit = 120_000;
    private static readonly PosixSignal[] Kinds = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    [Fact(Timeout = Limit)]
    public async Task A_burst_in_a_finally_block_counts_once_and_the_cleanup_is_completed()
    {
        await using var child = await CleaningUpAsync("clean-up-inside", "debounce=3600000", "hint=h");

        for (var i = 0; i < 100; i++)
            child.Signal(Kinds[i % Kinds.Length]);

        await ShouldCompleteAsync(child, exitCode: 0);
    }

    [Fact(Timeout = Limit)]
    public async Task After_a_second_signal_the_cleanup_is_still_completed()
    {
        await using var child = await CleaningUpAsync("clean-up-inside", "grace=-1", "abort=-1", "debounce=0");

        child.Signal(PosixSignal.SIGQUIT);
        await child.WaitForLineAsync("aborting: SIGQUIT received");

        await ShouldCompleteAsync(child, exitCode: 131, "Exit code 131: ended only after the abort (SIGQUIT received).");
    }

    [Fact(Timeout = Limit)]
    public async Task After_StopApp_has_returned_a_key_press_that_arrives_twice_kills_nothing()
    {
        await using var child = await CleaningUpAsync("clean-up-afterwards", "debounce=3600000");

        for (var i = 0; i < 100; i++)
            child.Signal(Kinds[i % Kinds.Length]);

        await ShouldCompleteAsync(child, exitCode: 0);
    }

    [Fact(Timeout = Limit)]
    public async Task After_StopApp_has_returned_the_second_signal_leaves_the_abort_period()
    {
        await using var child = await CleaningUpAsync("clean-up-afterwards", "grace=-1", "abort=200", "debounce=0");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(143);
        child.Errors.Lines[0].Should().StartWith("The program has ended, but not its process");
    }

    [Fact(Timeout = Limit)]
    public async Task After_StopApp_has_returned_the_third_signal_ends_the_process_at_once()
    {
        await using var child = await CleaningUpAsync("clean-up-afterwards", "grace=-1", "abort=-1", "debounce=0");

        (await child.SignalUntilExitAsync(PosixSignal.SIGINT)).Should().Be(130);
        child.Errors.Lines.Should().Equal("Exit code 130: ended at once (SIGINT received a third time).");
    }

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    public async Task After_a_main_that_no_signal_has_stopped_they_take_their_default_action(PosixSignal signal, int code)
    {
        await using var child = ChildProcess.StartTestChild("clean-up-unstopped");
        await child.WaitForLineAsync("cleaning up");

        child.Signal(signal);

        (await child.WaitForExitAsync()).Should().Be(code);
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task At_whatever_moment_of_the_end_they_come_it_is_an_end_like_any_other()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var child = ChildProcess.StartTestChild("end-at-once", round % 2 == 0 ? "debounce=0" : "debounce=250", "hint=h");
            await child.WaitForLineAsync("ready");

            (await child.SignalUntilExitAsync(Kinds)).Should().BeOneOf([0, 129, 130, 131, 143], "134 would be a crash");
            child.Errors.Lines.Should().NotContain(line => line.Contains("Unhandled", StringComparison.Ordinal));
        }
    }

    private static async Task<ChildProcess> CleaningUpAsync(string scenario, params string[] arguments)
    {
        var child = ChildProcess.StartTestChild(scenario, arguments);
        await child.WaitForLineAsync("ready");
        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("cleaning up");
        return child;
    }

    private static async Task ShouldCompleteAsync(ChildProcess child, int exitCode, params string[] explanation)
    {
        child.Input.Close(); // lets the cleanup go on
        (await child.WaitForExitAsync()).Should().Be(exitCode);
        child.Output.Lines[^1].Should().Be("cleaned up");
        child.Errors.Lines.TakeLast(1).Should().Equal(explanation);
    }
}
