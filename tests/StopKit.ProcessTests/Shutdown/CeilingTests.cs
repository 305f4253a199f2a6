using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>Grace and abort period are the ceiling, whatever the program does.</summary>
public sealed class CeilingTests
{
    private const int Limit = 120_000;

    // The times below are a few seconds at most, and three more for a report that is blocked.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory(Timeout = Limit)]
    [InlineData("stop-callback")]
    [InlineData("abort-callback")]
    [InlineData("cancellation-callback")]
    [InlineData("finally")]
    [InlineData("spin")]
    [InlineData("logger")]
    [InlineData("exhausted-pool")]
    public async Task A_main_that_cannot_end_is_ended_and_named(string form)
    {
        await using var child = ChildProcess.StartTestChild("stuck", form, "grace=200", "abort=2000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync(Patience)).Should().Be(124);
        child.Errors.Lines.Should().HaveCount(5);
        child.Errors.Lines[0].Should().StartWith("main: 1 of 1 LATE after ");
        child.Errors.Lines[2].Should().StartWith("  LATE ").And.EndWith(" main");
        child.Errors.Lines[3].Trim().Should().StartWith("last seen: Drain, Mailer.cs:42, ").And.EndWith(" ago");
        child.Errors.Lines[4].Should().Be("Exit code 124: late after the abort (grace of 200 ms expired).");
    }

    [Theory(Timeout = Limit)]
    [InlineData("logger-at-end")]
    [InlineData("logger-at-end-async")]
    public async Task A_logger_that_blocks_holds_up_neither_a_graceful_stop_nor_its_code(string form)
    {
        await using var child = ChildProcess.StartTestChild("stuck", form, "grace=-1", "abort=-1");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync(Patience)).Should().Be(0);
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_root_on_a_thread_ends_and_its_code_is_returned_without_a_thread_of_the_pool()
    {
        await using var child = ChildProcess.StartTestChild("pool-free-root");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        await child.WaitForLineAsync("returned 0");
        (await child.WaitForExitAsync()).Should().Be(0);
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task An_exhausted_pool_keeps_SIGHUP_waiting_but_not_the_SIGTERM_behind_it()
    {
        // The runtime queues the handlers of all signals but SIGINT, SIGQUIT and SIGTERM to the pool; docs/exit-codes.md says so.
        await using var child = ChildProcess.StartTestChild("unwilling", "exhausted-pool", "grace=2000", "abort=2000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGHUP);
        child.Signal(PosixSignal.SIGTERM);

        await child.WaitForLineAsync("stopping: SIGTERM received");
        (await child.WaitForExitAsync(Patience)).Should().Be(124);
    }

    [Theory(Timeout = Limit)]
    [InlineData("stop-callback")]
    [InlineData("finally")]
    [InlineData("spin")]
    [InlineData("exhausted-pool")]
    public async Task The_second_signal_ends_it_too_when_there_is_no_grace_to_wait_for(string form)
    {
        await using var child = ChildProcess.StartTestChild("stuck", form, "grace=-1", "abort=200", "debounce=0");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("stopping");
        child.Signal(PosixSignal.SIGINT);

        (await child.WaitForExitAsync(Patience)).Should().Be(130);
    }

    [Theory(Timeout = Limit)]
    [InlineData("foreground-thread")]
    [InlineData("exit-handler")]
    public async Task A_process_that_outlives_its_main_is_ended_too(string form)
    {
        await using var child = ChildProcess.StartTestChild("stuck", form, "grace=200", "abort=2000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("main returns");

        (await child.WaitForExitAsync(Patience)).Should().Be(124);
        child.Errors.Lines[0].Should().Be("The program has ended, but not its process: a foreground thread or an exit handler holds it.");
        child.Errors.Lines[1].Should().StartWith("main: all 1 ended");
        child.Errors.Lines[^1].Should().Be("Exit code 124: the process outlived its program.");
    }

    [Fact(Timeout = Limit)]
    public async Task The_code_of_a_graceful_stop_does_not_hide_it()
    {
        await using var child = ChildProcess.StartTestChild("stuck", "foreground-thread", "grace=200", "abort=200", "codes=true");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync(Patience)).Should().Be(124);
    }

    [Fact(Timeout = Limit)]
    public async Task A_worker_that_outlives_main_is_named()
    {
        await using var child = ChildProcess.StartTestChild("stuck", "worker", "grace=200", "abort=2000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("main returns");

        (await child.WaitForExitAsync(Patience)).Should().Be(124);
        child.Errors.Lines.Should().ContainSingle(line => line.StartsWith("  running ", StringComparison.Ordinal)).Which.Should().EndWith("left");
    }

    [Fact(Timeout = Limit)]
    public async Task A_lock_on_stderr_costs_the_names_but_not_the_end()
    {
        await using var child = ChildProcess.StartTestChild("stuck", "locked-stderr", "grace=200", "abort=200");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGINT); // the hint as well

        (await child.WaitForExitAsync(Patience)).Should().Be(124);
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_stuck_leaf_of_a_group_is_named_by_its_path_and_last_checkpoint()
    {
        await using var child = ChildProcess.StartTestChild("group", "stuck", "grace=500", "abort=3000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync(Patience)).Should().Be(124);
        var late = child.Errors.Lines.Should().ContainSingle(line => line.StartsWith("  LATE ", StringComparison.Ordinal)).Which;
        late.Should().EndWith("app/mail/out/sender-3");
        child.Errors.Lines.Should().Contain(line => line.Trim().StartsWith("last seen: Drain, Mailer.cs:42, ", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_group_as_the_program_ends_with_0_when_its_workers_do()
    {
        await using var child = ChildProcess.StartTestChild("group", "willing");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines.Count(line => line == "a worker ends").Should().Be(4);
        child.Errors.Lines.Should().BeEmpty();
    }
}
