using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.Testing.Tests;

/// <summary>A real program in a test.</summary>
public sealed class ProgramTestTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task An_assembly_beside_the_test_runs_hears_a_signal_and_exits_with_its_code()
    {
        await using var run = await ProgramTest.StartAsync("StopKit.TestChild.dll", "several-workers");
        await run.UntilLine("ready", Long);

        run.Signal(PosixSignal.SIGTERM);

        await run.ShouldExitAsync(0, within: Long);
        run.Output.Should().Contain("waiting-1 Stopped SIGTERM received").And.EndWith("main returns");
    }

    [Fact]
    public async Task A_signal_that_the_program_does_not_handle_ends_it()
    {
        await using var run = await ProgramTest.StartAsync("sh", "-c", "echo ready; exec sleep 1000");
        await run.UntilLine("ready", Long);

        run.Signal(PosixSignal.SIGINT);

        await run.ShouldExitAsync(130, within: Long);
    }

    [Fact]
    public async Task A_later_wait_for_a_line_goes_on_behind_the_one_before()
    {
        await using var run = await ProgramTest.StartAsync("sh", "-c", "echo one; echo two; echo one more");

        (await run.UntilLine("one", Long)).Should().Be("one");
        (await run.UntilLine("one", Long)).Should().Be("one more");
        run.Output.Should().Equal("one", "two", "one more");
    }

    [Fact]
    public async Task A_line_on_stderr_is_found_too()
    {
        await using var run = await ProgramTest.StartAsync("sh", "-c", "echo trouble >&2");

        (await run.UntilLine("trouble", Long)).Should().Be("trouble");
        run.Errors.Should().Equal("trouble");
        run.Output.Should().BeEmpty();
    }

    [Fact]
    public async Task A_line_that_does_not_come_in_time_fails_with_what_was_printed()
    {
        await using var run = await ProgramTest.StartAsync("sh", "-c", "echo one; echo trouble >&2; exec sleep 1000");
        await run.UntilLine("one", Long);
        await Eventually.BecomesTrueAsync(() => run.Errors.Count > 0);
        var wait = () => run.UntilLine("ready", Short);

        (await wait.Should().ThrowAsync<StopTestException>()).Which.Message.Split(Environment.NewLine).Should().Equal(
            $"No line with \"ready\" within 300 ms. sh (PID {run.ProcessId}) is running.", "stdout:", "  one", "stderr:", "  trouble");
    }

    [Fact]
    public async Task A_wait_for_a_line_fails_as_soon_as_the_output_ends()
    {
        await using var run = await ProgramTest.StartAsync("sh", "-c", "echo one");
        var wait = () => run.UntilLine("ready", TimeSpan.FromHours(1));

        (await wait.Should().ThrowAsync<StopTestException>()).Which.Message
            .Should().StartWith("No line with \"ready\" before the output ended. sh (PID").And.Contain("  one");
    }

    [Fact]
    public async Task Another_exit_code_fails_with_what_was_printed()
    {
        await using var run = await ProgramTest.StartAsync("sh", "-c", "echo broken >&2; exit 3");
        var exit = () => run.ShouldExitAsync(0, Long);

        (await exit.Should().ThrowAsync<StopTestException>()).Which.Message.Split(Environment.NewLine).Should().Equal(
            $"Expected exit code 0. sh (PID {run.ProcessId}) exited with 3.", "stdout:", "  (nothing)", "stderr:", "  broken");
    }

    [Fact]
    public async Task A_program_that_does_not_exit_fails_and_is_killed_at_the_end()
    {
        int id;
        await using (var run = await ProgramTest.StartAsync("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"))
        {
            id = run.ProcessId;
            await run.UntilLine("ready", Long);
            run.Signal(PosixSignal.SIGTERM);
            var exit = () => run.ShouldExitAsync(0, Short);

            (await exit.Should().ThrowAsync<StopTestException>()).Which.Message
                .Should().StartWith($"It has not exited within 300 ms. sh (PID {id}) is running.");
        }

        Directory.Exists($"/proc/{id}").Should().BeFalse();
    }

    [Theory]
    [InlineData("sleep 1000 &")]
    [InlineData("setsid sleep 1000 >/dev/null 2>&1 </dev/null &")]
    public async Task What_a_program_leaves_behind_is_named_and_killed_at_the_end(string start)
    {
        int orphan;
        await using (var run = await ProgramTest.StartAsync("sh", "-c", $"{start} echo $!; exit 0"))
        {
            orphan = int.Parse(await run.UntilLine("", Long));
            var name = $"/proc/{orphan}/comm";
            await Eventually.BecomesTrueAsync(() => File.Exists(name) && File.ReadAllText(name) == "sleep\n");
            var exit = () => run.ShouldExitAsync(0, TimeSpan.FromSeconds(2));

            (await exit.Should().ThrowAsync<StopTestException>()).Which.Message
                .Should().StartWith($"It has left behind sleep (PID {orphan}). sh (PID {run.ProcessId}) exited with 0.");
        }

        (ProcessIdentity.Find(orphan) is { IsRunning: true }).Should().BeFalse("a zombie waits for the system to reap it");
    }

    [Fact]
    public async Task A_signal_that_comes_too_late_is_told()
    {
        await using var run = await ProgramTest.StartAsync("true");
        await run.ShouldExitAsync(0, Long);
        var late = () => run.Signal(PosixSignal.SIGTERM);

        late.Should().Throw<StopTestException>().WithMessage("SIGTERM came too late. true (PID *) exited with 0.*");
    }

    [Fact]
    public async Task The_folder_the_environment_and_the_input_are_the_tests()
    {
        var start = new ProcessStartInfo("sh", ["-c", "pwd; echo $COLOUR; read line; echo got $line"]) { WorkingDirectory = "/" };
        start.Environment["COLOUR"] = "green";
        await using var run = await ProgramTest.StartAsync(start);

        await run.Input.WriteLineAsync("news");
        run.Input.Close();

        await run.ShouldExitAsync(0, Long);
        run.Output.Should().Equal("/", "green", "got news");
    }

    [Fact]
    public async Task An_assembly_that_is_not_there_is_told_with_where_it_was_looked_for()
    {
        var start = () => ProgramTest.StartAsync("no-such.dll");

        (await start.Should().ThrowAsync<FileNotFoundException>()).Which.Message.Should().Contain(AppContext.BaseDirectory);
    }

    [Fact]
    public async Task Arguments_in_one_string_are_refused()
    {
        var start = () => ProgramTest.StartAsync(new ProcessStartInfo("sh", "-c true"));

        await start.Should().ThrowAsync<ArgumentException>();
    }
}
