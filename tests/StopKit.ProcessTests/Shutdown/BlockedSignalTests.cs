using System.Runtime.InteropServices;
using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>A program that was started with a signal blocked, which no thread of .NET then hears.</summary>
public sealed class BlockedSignalTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGQUIT)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task It_stops_the_program_all_the_same(PosixSignal signal)
    {
        await using var child = StartBlocked(signal, "patient");
        await child.WaitForLineAsync("ready");
        IsBlockedInMainThread(child, signal).Should().BeTrue("it was inherited");

        child.Signal(signal);
        await child.WaitForLineAsync($"stopping: {signal} received");
        child.Input.Close();

        (await child.WaitForExitAsync()).Should().Be(0);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_listener_the_platform_does_not_hear_it()
    {
        // What makes the test above a test.
        await using var child = StartBlocked(PosixSignal.SIGTERM, "wait-then-exit", "7");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGTERM);
        await child.Input.WriteLineAsync();

        (await child.WaitForExitAsync()).Should().Be(7);
    }

    private static ChildProcess StartBlocked(PosixSignal signal, params string[] scenario) => ChildProcess.Start(
        "env",
        [$"--block-signal={SignalNumbers.Of(signal)}", DotnetCommand.Host, Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"), .. scenario]);

    /// <summary>Reads the mask of blocked signals, where bit n - 1 stands for signal n.</summary>
    private static bool IsBlockedInMainThread(ChildProcess child, PosixSignal signal)
    {
        const string label = "SigBlk:";
        var line = File.ReadLines($"/proc/{child.Id}/status").Single(line => line.StartsWith(label, StringComparison.Ordinal));
        return (Convert.ToUInt64(line[label.Length..].Trim(), 16) >> (SignalNumbers.Of(signal) - 1) & 1) == 1;
    }
}
