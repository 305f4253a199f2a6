using System.Runtime.InteropServices;
using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Samples;

/// <summary>The samples of signals, exit codes and background workers print what their first lines say.</summary>
public sealed class ShutdownSampleTests
{
    private const int Limit = 300_000;
    private const string Hint = "Stopping. Press Ctrl+C again to abort, a third time to end at once.";

    [Fact(Timeout = Limit)]
    public async Task Ctrl_C_ends_the_shortest_program_after_its_cleanup()
    {
        await using var program = await SampleProgram.StartAsync("ctrl-c");
        await program.WaitForLineAsync("working");

        program.Signal(PosixSignal.SIGINT);

        (await program.WaitForExitAsync()).Should().Be(0);
        program.Output.Lines[^1].Should().Be("Execution stopped: SIGINT received.");
        program.Output.Lines.SkipLast(1).Should().OnlyContain(line => line == "working");
        program.Errors.Lines.Should().BeSubsetOf([Hint]);
    }

    [Theory(Timeout = Limit)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_second_press_aborts_and_the_third_ends_at_once(int presses)
    {
        await using var program = await SampleProgram.StartAsync("press-three-times");
        await program.WaitForLineAsync("busy: working");

        program.Signal(PosixSignal.SIGINT);
        await program.WaitForLineAsync("willing: stopped");
        await PressUntilAsync(program, "busy: aborted");
        if (presses == 3)
        {
            (await program.SignalUntilExitAsync(PosixSignal.SIGINT)).Should().Be(130);
            program.Errors.Lines.Should().Equal(Hint);
            return;
        }

        (await program.WaitForExitAsync()).Should().Be(130);
        program.Output.Lines.Should().BeEquivalentTo("busy: working", "willing: stopped", "busy: aborted");
        program.Errors.Lines[0].Should().Be(Hint);
        program.Errors.Lines[1].Should().StartWith("app: 1 of 3 LATE after ");
        program.Errors.Lines[3].Should().StartWith("  LATE ").And.EndWith(" app/stuck");
    }

    [Fact(Timeout = Limit)]
    public async Task A_signal_is_an_event_for_the_worker_and_main_ends_after_it()
    {
        await using var program = await SampleProgram.StartAsync("signal-event");
        // It prints nothing before; its thread has the worker's name.
        await Eventually.BecomesTrueAsync(() => ThreadNames(program.Id).Contains("worker"));

        program.Signal(PosixSignal.SIGINT);

        (await program.WaitForExitAsync()).Should().Be(0);
        program.Output.Lines.Should().Equal("Thread done", "Program done");
        program.Errors.Lines.Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(143, "--signal-exit-codes")]
    public async Task SIGTERM_is_told_apart_in_the_reason_and_by_option_in_the_exit_code(int code, params string[] arguments)
    {
        await using var program = await SampleProgram.StartAsync("sigterm", arguments);
        await program.WaitForLineAsync($"serving, my PID is {program.Id}");

        program.Signal(PosixSignal.SIGTERM);

        (await program.WaitForExitAsync()).Should().Be(code);
        program.Output.Lines[^1].Should().Be("SIGTERM received: cleaned up");
        program.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task An_ExitException_runs_every_finally_block_and_gives_the_code()
    {
        await using var program = await SampleProgram.StartAsync("exit-code");

        (await program.WaitForExitAsync()).Should().Be(3);
        program.Output.Lines.Should().Equal("the database is closed", "main hears of it: orders.csv is not there");
        program.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_background_worker_ends_abruptly_unless_it_asked_for_time()
    {
        await using var program = await SampleProgram.StartAsync("background");

        (await program.WaitForExitAsync()).Should().Be(0);
        program.Output.Lines.Should().Equal("abrupt: file open", "polite: file open", "main returns", "polite: file closed (process is exiting)");
    }

    /// <summary>Presses Ctrl+C again until it is no longer within the debounce of the first one.</summary>
    private static async Task PressUntilAsync(ChildProcess program, string line)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!program.Output.Lines.Contains(line))
        {
            program.Signal(PosixSignal.SIGINT);
            await pause.WaitForNextTickAsync();
        }
    }

    private static IEnumerable<string> ThreadNames(int processId)
    {
        foreach (var task in Directory.GetDirectories($"/proc/{processId}/task"))
        {
            string? name;
            try
            {
                name = File.ReadAllText(Path.Combine(task, "comm")).Trim();
            }
            catch (IOException) // the thread has ended
            {
                continue;
            }

            yield return name;
        }
    }
}
