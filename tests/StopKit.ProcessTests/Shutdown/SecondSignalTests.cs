using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>A second signal only ever shortens the time that is left.</summary>
public sealed class SecondSignalTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task It_cuts_the_grace_to_the_abort_period()
    {
        await using var child = ChildProcess.StartTestChild("unwilling", "sync", "grace=3600000", "abort=200", "debounce=0");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("stopping");
        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(143);
    }

    [Fact(Timeout = Limit)]
    public async Task In_the_abort_period_it_changes_nothing()
    {
        await using var child = ChildProcess.StartTestChild("unwilling", "sync", "grace=100", "abort=5000", "debounce=0");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("aborting: grace of 100 ms expired");
        child.Signal(PosixSignal.SIGINT);

        (await child.WaitForExitAsync()).Should().Be(124, "the deadline was the reason of the abort, and stays it");
    }

    [Fact(Timeout = Limit)]
    public async Task Signals_that_do_not_count_postpone_nothing_however_many_there_are()
    {
        await using var child = ChildProcess.StartTestChild("unwilling", "sync", "grace=500", "abort=500", "debounce=3600000");
        await child.WaitForLineAsync("ready");

        // Were any of them to start a time again, it would not be over before they end.
        (await child.SignalUntilExitAsync(PosixSignal.SIGTERM)).Should().Be(124);
    }

    [Fact(Timeout = Limit)]
    public async Task Signals_within_the_debounce_do_not_postpone_the_next_one_that_counts()
    {
        await using var child = ChildProcess.StartTestChild("unwilling", "sync", "grace=-1", "abort=-1", "debounce=2000");
        await child.WaitForLineAsync("ready");

        // Closer to each other than the debounce: if each one started it again, none but the first would count.
        (await child.SignalUntilExitAsync(PosixSignal.SIGTERM)).Should().Be(143);
        child.Output.Lines.Should().Contain("stopping: SIGTERM received").And.Contain("aborting: SIGTERM received");
    }
}
