using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>A signal is delivered or takes its default action, at whatever moment a listener is disposed.</summary>
public sealed class DisposeTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task What_was_received_during_a_dispose_is_in_the_token_when_it_returns()
    {
        await using var child = ChildProcess.StartTestChild("raise-at-dispose", "4000");

        (await child.WaitForExitAsync(TimeSpan.FromMilliseconds(Limit))).Should().Be(0);
        child.Output.Lines.Should().Equal("lost 0", "some before, some after");
    }

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    public async Task While_listeners_come_and_go_a_signal_stops_one_of_them_or_ends_the_process(PosixSignal signal, int code)
    {
        for (var round = 0; round < 5; round++)
        {
            await using var child = ChildProcess.StartTestChild("listen-and-dispose");
            await child.WaitForLineAsync("ready");

            child.Signal(signal);

            (await child.WaitForExitAsync()).Should().BeOneOf(7, code);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("stop-callback")]
    [InlineData("cancellation-callback")]
    public async Task Dispose_inside_a_callback_returns_and_the_next_signal_takes_its_default_action(string where)
    {
        await using var child = ChildProcess.StartTestChild("dispose-inside", where);
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.WaitForLineAsync("disposed, stopped: True");

        (await child.SignalUntilExitAsync(PosixSignal.SIGTERM)).Should().Be(143);
        child.Errors.Lines.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Dispose_inside_a_handler_of_the_programs_own_leaves_the_signal_to_its_default_action()
    {
        // .NET runs the newest handler first, so when it comes to ours nobody listens any more.
        await using var child = ChildProcess.StartTestChild("dispose-inside", "handler");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);

        (await child.WaitForExitAsync()).Should().Be(143);
        child.Errors.Lines.Should().BeEmpty();
    }
}
