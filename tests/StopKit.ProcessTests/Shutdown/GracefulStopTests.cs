using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

public sealed class GracefulStopTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGQUIT)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task A_signal_stops_every_worker_and_the_program_exits_with_0(PosixSignal signal)
    {
        await using var child = ChildProcess.StartTestChild("several-workers");
        await child.WaitForLineAsync("ready");

        child.Signal(signal);

        (await child.WaitForExitAsync()).Should().Be(0);
        foreach (var name in new[] { "blocking-1", "blocking-2", "waiting-1", "waiting-2" })
        {
            child.Output.Lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Should().Equal(
                $"{name} finally", $"{name} cleanup, sees a stop: False", $"{name} Stopped {signal} received");
        }

        child.Output.Lines[^1].Should().Be("main returns");
    }

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    public async Task By_option_a_graceful_stop_exits_with_the_code_of_its_signal(PosixSignal signal, int code)
    {
        await using var child = ChildProcess.StartTestChild("several-workers", "codes=true");
        await child.WaitForLineAsync("ready");

        child.Signal(signal);

        (await child.WaitForExitAsync()).Should().Be(code);
        child.Output.Lines[^1].Should().Be("main returns");
        child.Errors.Lines[^1].Should().Be($"Exit code {code}: {signal} received.");
    }

    [Fact(Timeout = Limit)]
    public async Task The_hint_is_written_for_the_key_press_and_only_for_it()
    {
        foreach (var (signal, lines) in new[] { (PosixSignal.SIGINT, new[] { "press it again" }), (PosixSignal.SIGTERM, Array.Empty<string>()) })
        {
            await using var child = ChildProcess.StartTestChild("patient", "hint=press it again");
            await child.WaitForLineAsync("ready");

            child.Signal(signal);
            await child.WaitForLineAsync($"stopping: {signal} received");
            if (lines.Length > 0)
                await child.Errors.WaitForLineAsync("press it again");
            child.Input.Close();

            (await child.WaitForExitAsync()).Should().Be(0);
            child.Errors.Lines.Should().Equal(lines);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task One_key_press_that_arrives_twice_counts_once()
    {
        await using var child = ChildProcess.StartTestChild("patient", "debounce=100000");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGINT);
        await child.WaitForLineAsync("stopping: SIGINT received");
        child.Signal(PosixSignal.SIGINT);
        await child.WaitForLineAsync("SIGINT arrived");
        child.Signal(PosixSignal.SIGTERM); // within the debounce any other signal as well
        child.Input.Close();

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines[^1].Should().Be("ends, abort: none");
    }
}
