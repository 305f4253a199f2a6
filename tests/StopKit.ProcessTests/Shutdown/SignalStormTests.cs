using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>10 000 signals of mixed kinds in a second.</summary>
public sealed class SignalStormTests
{
    private const int Limit = 120_000;
    private const int Count = 10_000;
    private static readonly int[] Kinds = [1, 2, 3, 15];

    [Fact(Timeout = Limit)]
    public async Task Within_the_debounce_they_are_one_stop_and_no_thread_stays()
    {
        await using var child = ChildProcess.StartTestChild("storm", "debounce=3600000", "grace=-1", "hint=h");
        await child.WaitForLineAsync("ready");

        Send(child).Should().Be(Count);
        await child.Input.WriteLineAsync();

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines[^1].Should().Be("Stopping, Signal");
        child.Errors.Lines.Should().BeSubsetOf(["h"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("debounce=0")]
    [InlineData("debounce=250")]
    public async Task The_third_that_counts_is_the_end_of_it(string debounce)
    {
        await using var child = ChildProcess.StartTestChild("storm", debounce, "grace=-1", "abort=-1", "hint=h");
        await child.WaitForLineAsync("ready");

        Send(child);

        // A child that was not given a core for the most of that second has got only the first of each kind.
        (await child.SignalUntilExitAsync(PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM)).Should().BeOneOf([129, 130, 131, 143], "134 and 139 would be a crash");
        child.Errors.Lines.Should().NotContain(line => line.Contains("Unhandled", StringComparison.Ordinal));
    }

    /// <summary>Sends the signals, spread over a second.</summary>
    /// <returns>How many the child could take.</returns>
    private static int Send(ChildProcess child)
    {
        var watch = Stopwatch.StartNew();
        for (var sent = 0; sent < Count; sent++)
        {
            while (watch.Elapsed < TimeSpan.FromSeconds(1) * sent / Count)
                Thread.Yield();
            if (NativeMethods.Kill(child.Id, Kinds[sent % Kinds.Length]) != 0)
                return sent;
        }

        return Count;
    }
}
