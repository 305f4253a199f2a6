using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

public sealed class DrainDelayTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task The_program_is_draining_at_once_and_stopped_after_the_delay()
    {
        await using var child = ChildProcess.StartTestChild("drain", "drain=3000", "grace=-1");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        await child.WaitForLineAsync("draining: SIGTERM, stopped: False");
        await child.WaitForLineAsync("stopping: SIGTERM received");
        (await child.WaitForExitAsync()).Should().Be(7);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_signal_cuts_the_delay_short()
    {
        await using var child = ChildProcess.StartTestChild("drain", "drain=3600000", "grace=-1", "debounce=0", "to=abort");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("draining: SIGTERM, stopped: False");
        child.Signal(PosixSignal.SIGQUIT);

        // The first one remains the reason of the stop, however close the second is.
        await child.WaitForLineAsync("stopping: SIGTERM received");
        await child.WaitForLineAsync("aborting: SIGQUIT received");
        (await child.WaitForExitAsync()).Should().Be(8);
    }

    [Fact(Timeout = Limit)]
    public async Task The_delay_is_part_of_the_ceiling()
    {
        await using var child = ChildProcess.StartTestChild("unwilling", "sync", "drain=300", "grace=2000", "abort=3000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        // The periods are long, because they have to hold until a thread that has a line to print is given a core again.
        await child.WaitForLineAsync("stopping: SIGTERM received");
        await child.WaitForLineAsync("aborting: grace of 2 s expired");
        (await child.WaitForExitAsync()).Should().Be(124);
    }
}
