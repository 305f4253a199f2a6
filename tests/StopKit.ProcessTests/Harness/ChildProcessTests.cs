using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Harness;

public sealed class ChildProcessTests
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Fact(Timeout = Limit)]
    public async Task A_line_is_found_and_the_next_wait_goes_on_after_it()
    {
        await using var child = ChildProcess.Start("sh", "-c", "echo one; echo two; echo one more");

        (await child.WaitForLineAsync("one")).Should().Be("one");
        (await child.WaitForLineAsync("one")).Should().Be("one more");
        child.Output.Lines.Should().Equal("one", "two", "one more");
    }

    [Fact(Timeout = Limit)]
    public async Task A_line_is_found_by_a_predicate()
    {
        await using var child = ChildProcess.Start("seq", "1", "1000");

        (await child.WaitForLineAsync(line => line.Length == 3)).Should().Be("100");
    }

    [Fact(Timeout = Limit)]
    public async Task A_line_on_stderr_is_none_on_stdout()
    {
        await using var child = ChildProcess.Start("sh", "-c", "echo news; echo trouble >&2");

        await child.WaitForExitAsync();

        child.Output.Lines.Should().Equal("news");
        child.Errors.Lines.Should().Equal("trouble");
    }

    [Fact(Timeout = Limit)]
    public async Task A_timeout_tells_what_was_printed_so_far()
    {
        await using var child = ChildProcess.Start("sh", "-c", "echo one; echo trouble >&2; exec sleep 600");
        await child.WaitForLineAsync("one");
        await child.Errors.WaitForLineAsync("trouble");

        var waiting = () => child.WaitForLineAsync("ready", Soon);

        (await waiting.Should().ThrowAsync<TimeoutException>()).Which.Message.Split(Environment.NewLine).Should().Equal(
            $"No line with \"ready\" on stdout within 0.3 s. PID {child.Id} is running: sh -c echo one; echo trouble >&2; exec sleep 600",
            "stdout:",
            "  one",
            "stderr:",
            "  trouble");
    }

    [Fact(Timeout = Limit)]
    public async Task A_wait_for_a_line_fails_as_soon_as_the_output_ends()
    {
        await using var child = ChildProcess.Start("sh", "-c", "echo one; exit 3");
        await child.WaitForExitAsync();

        var waiting = () => child.WaitForLineAsync("ready", TimeSpan.FromHours(1));

        (await waiting.Should().ThrowAsync<EndOfStreamException>()).Which.Message
            .Should().StartWith("No line with \"ready\" on stdout before it ended.").And.Contain("exited with 3").And.Contain("  one");
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(124)]
    [InlineData(255)]
    public async Task The_exit_code_is_the_programs(int code)
    {
        await using var child = ChildProcess.Start("sh", "-c", $"exit {code}");

        (await child.WaitForExitAsync()).Should().Be(code);
    }

    [Fact(Timeout = Limit)]
    public async Task The_test_child_says_ready_reads_its_input_and_exits_with_its_code()
    {
        await using var child = ChildProcess.StartTestChild("wait-then-exit", "42");
        await child.WaitForLineAsync("ready");
        child.Family.Select(member => member.Id).Should().Equal(child.Id);

        await child.Input.WriteLineAsync("go");

        (await child.WaitForExitAsync()).Should().Be(42);
        Directory.Exists($"/proc/{child.Id}").Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_scenario_is_refused()
    {
        await using var child = ChildProcess.StartTestChild("no-such-thing");

        (await child.WaitForExitAsync()).Should().Be(2);
        child.Errors.Lines.Should().Equal("no such scenario: no-such-thing");
    }

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public async Task A_signal_ends_a_child_that_does_not_handle_it(PosixSignal signal, int code)
    {
        await using var child = ChildProcess.StartTestChild("wait-then-exit", "0");
        await child.WaitForLineAsync("ready");

        child.Signal(signal);

        (await child.WaitForExitAsync()).Should().Be(code);
        Directory.Exists($"/proc/{child.Id}").Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_signal_reaches_the_childs_own_handler()
    {
        await using var child = ChildProcess.Start("sh", "-c", "trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 0.01; done");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        await child.WaitForLineAsync("caught");
        (await child.WaitForExitAsync()).Should().Be(5);
    }

    [Fact(Timeout = Limit)]
    public async Task A_signal_to_a_child_that_is_gone_is_refused()
    {
        await using var child = ChildProcess.Start("true");
        await child.WaitForExitAsync();

        child.Invoking(c => c.Signal(PosixSignal.SIGTERM)).Should().Throw<InvalidOperationException>().WithMessage("Signal 15 came too late.*");
    }

    [Fact(Timeout = Limit)]
    public async Task A_child_that_does_not_exit_in_time_is_told_with_its_output()
    {
        await using var child = ChildProcess.Start("sh", "-c", "echo one; exec sleep 600");
        await child.WaitForLineAsync("one");

        var waiting = () => child.WaitForExitAsync(Soon);

        (await waiting.Should().ThrowAsync<TimeoutException>()).Which.Message
            .Should().StartWith("It did not exit within 0.3 s.").And.Contain("is running").And.Contain("  one");
    }

    [Fact(Timeout = Limit)]
    public async Task An_output_that_a_grandchild_holds_open_is_told()
    {
        await using var child = ChildProcess.Start("sh", "-c", "sleep 600 & exit 0");

        await Eventually.BecomesTrueAsync(() => ProcessIdentity.Find(child.Id) is null);

        var waiting = () => child.WaitForExitAsync(TimeSpan.FromSeconds(2));

        (await waiting.Should().ThrowAsync<TimeoutException>()).Which.Message.Should().StartWith("A descendant kept its output open within 2 s.");
        await Eventually.BecomesTrueAsync(() => child.Family.Count == 1); // one that is just becoming another program cannot be seen
    }
}
