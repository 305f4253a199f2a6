using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>Programs that do not stop when they are asked.</summary>
public sealed class ForcedStopTests
{
    private const int Limit = 120_000;
    private const string Late = "main: 1 of 1 LATE after ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory(Timeout = Limit)]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("blocked-callbacks")]
    [InlineData("exhausted-pool")]
    public async Task A_main_that_ignores_the_stop_is_named_on_stderr_and_ended_with_124(string form)
    {
        await using var child = ChildProcess.StartTestChild("unwilling", form, "grace=200", "abort=2000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(124);
        child.Errors.Lines[0].Should().StartWith(Late);
        child.Errors.Lines[^2].Trim().Should().StartWith("last seen: Drain, Mailer.cs:42");
        child.Errors.Lines[^1].Should().Be("Exit code 124: late after the abort (grace of 200 ms expired).");
        child.Output.Lines.Should().Contain("aborting: grace of 200 ms expired");
    }

    [Theory(Timeout = Limit)]
    [InlineData("sync", "main: all 1 ended", "main")]
    [InlineData("async", "main: all 1 ended", "main")]
    [InlineData("group", "app: all 2 ended", "app/slow")]
    public async Task A_main_that_ends_only_at_the_abort_was_late_as_well_and_the_process_ends_with_it(string form, string headline, string name)
    {
        await using var child = ChildProcess.StartTestChild("late", form, "grace=100", "abort=-1");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(124);
        child.Output.Lines.Should().Equal("ready", "process exit"); // StopApp does not return, but exit handlers run
        child.Errors.Lines[0].Should().StartWith(headline);
        child.Errors.Lines.Should().Contain(line => line.StartsWith("  Aborted ", StringComparison.Ordinal) && line.EndsWith($" {name}", StringComparison.Ordinal));
        // A group may abort itself first, and then names what was left of the grace when it heard of the stop.
        child.Errors.Lines[^1].Should().Match($"Exit code 124: ended only after the abort (grace of {(form == "group" ? "*" : "100")} ms expired).");
    }

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT, PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGTERM, PosixSignal.SIGINT, 130)]
    public async Task A_second_signal_aborts_and_gives_the_exit_code(PosixSignal first, PosixSignal second, int code)
    {
        await using var child = ChildProcess.StartTestChild("patient", "grace=-1", "abort=-1", "debounce=0");
        await child.WaitForLineAsync("ready");

        child.Signal(first);
        await child.WaitForLineAsync($"stopping: {first} received");
        child.Signal(second);

        (await child.WaitForExitAsync()).Should().Be(code);
        child.Output.Lines[^1].Should().Be($"ends, abort: {second} received");
        child.Errors.Lines[^1].Should().Be($"Exit code {code}: ended only after the abort ({second} received).");
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_signal_gives_its_exit_code_every_time()
    {
        await using var child = ChildProcess.StartTestChild("abort-codes", "500");

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines.Should().Equal("151"); // 128 + SIGURG
    }

    [Fact(Timeout = Limit)]
    public async Task A_main_that_ignores_the_second_signal_is_ended_after_the_abort_period_with_its_code()
    {
        await using var child = ChildProcess.StartTestChild("unwilling", "sync", "grace=-1", "abort=100", "debounce=0", "hint=");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("stopping");
        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(143);
        child.Errors.Lines[0].Should().StartWith(Late);
        child.Errors.Lines[^1].Should().Be("Exit code 143: late after the abort (SIGTERM received).");
    }

    [Theory(Timeout = Limit)]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("blocked-callbacks")]
    [InlineData("exhausted-pool")]
    public async Task A_third_signal_ends_the_process_at_once(string form)
    {
        await using var child = ChildProcess.StartTestChild("unwilling", form, "grace=-1", "abort=-1", "debounce=0");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("stopping: SIGTERM received");
        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("aborting: SIGTERM received");
        child.Signal(PosixSignal.SIGINT);

        (await child.WaitForExitAsync()).Should().Be(130);
        child.Errors.Lines[0].Should().StartWith(Late);
        child.Errors.Lines[^1].Should().Be("Exit code 130: ended at once (SIGINT received a third time).");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stderr_that_is_not_read_does_not_keep_the_process_alive()
    {
        await using var child = StartOnFullPipe("unwilling", "sync", "grace=100", "abort=100");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGINT);

        (await child.WaitForExitAsync(Patience / 2)).Should().Be(124);
    }

    [Fact(Timeout = Limit)]
    public async Task A_fault_whose_text_blocks_still_gives_1()
    {
        await using var child = StartOnFullPipe("fail", "sync");

        (await child.WaitForExitAsync(Patience / 2)).Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_third_signal_whose_text_blocks_still_ends_the_process()
    {
        await using var child = StartOnFullPipe("unwilling", "sync", "grace=-1", "abort=-1", "debounce=0");
        await child.WaitForLineAsync("ready");

        (await child.SignalUntilExitAsync(PosixSignal.SIGINT)).Should().Be(130);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stderr_on_a_full_disk_does_not_disturb_the_stop()
    {
        await using var child = StartOnFullDisk("patient");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGINT);
        await child.WaitForLineAsync("stopping: SIGINT received");
        child.Input.Close();

        (await child.WaitForExitAsync()).Should().Be(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_fault_that_stderr_does_not_take_still_gives_1()
    {
        await using var child = StartOnFullDisk("fail", "sync");

        (await child.WaitForExitAsync()).Should().Be(1);
    }

    /// <summary>Starts the test child with a stderr that takes nothing.</summary>
    private static ChildProcess StartOnFullDisk(params string[] scenario) =>
        ChildProcess.Start("sh", ["-c", """exec "$@" 2>/dev/full""", "sh", DotnetCommand.Host, Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"), .. scenario]);

    /// <summary>Starts the test child with a stderr that is a full pipe, so that its first line there blocks.</summary>
    private static ChildProcess StartOnFullPipe(params string[] scenario)
    {
        const string script = """
            folder=$(mktemp -d) && mkfifo "$folder/pipe" && exec 2<>"$folder/pipe" && rm -r "$folder" || exit 99
            dd if=/dev/zero of=/proc/self/fd/2 oflag=nonblock bs=1 count=100000 2>/dev/null; exec "$@"
            """;
        return ChildProcess.Start("sh", ["-c", script, "sh", DotnetCommand.Host, Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"), .. scenario]);
    }
}
