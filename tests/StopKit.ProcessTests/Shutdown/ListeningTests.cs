using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

public sealed class ListeningTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    public async Task After_the_last_listener_was_disposed_a_signal_ends_the_process(PosixSignal signal, int code)
    {
        await using var child = ChildProcess.StartTestChild("dispose-in-turn");
        await child.WaitForLineAsync("ready");
        await child.Input.WriteLineAsync();
        await child.Input.WriteLineAsync();
        await child.WaitForLineAsync("both disposed");

        child.Signal(signal);

        (await child.WaitForExitAsync()).Should().Be(code);
    }

    [Fact(Timeout = Limit)]
    public async Task While_one_listener_is_left_it_hears_the_signal_and_the_disposed_one_does_not()
    {
        await using var child = ChildProcess.StartTestChild("dispose-in-turn");
        await child.WaitForLineAsync("ready");
        await child.Input.WriteLineAsync();
        await child.WaitForLineAsync("first disposed, stopped: False");
        await child.Input.WriteLineAsync("wait");

        child.Signal(PosixSignal.SIGTERM);

        await child.WaitForLineAsync("second: SIGTERM received, first stopped: False");
        await child.Input.WriteLineAsync();
        (await child.WaitForExitAsync()).Should().Be(7);
    }

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task A_full_collection_between_Listen_and_the_signal_loses_nothing(PosixSignal signal)
    {
        await using var child = ChildProcess.StartTestChild("survive-collection");
        await child.WaitForLineAsync("ready");

        child.Signal(signal);

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines[^1].Should().Be($"stopped: {signal} received");
    }
}
