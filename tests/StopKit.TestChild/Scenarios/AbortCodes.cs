using System.Runtime.InteropServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>Runs many mains one after the other, sends each two signals, and prints the exit codes that came of it.</summary>
internal static class AbortCodes
{
    public static int Run(int rounds)
    {
        var options = new ShutdownOptions { Signals = [(PosixSignal)SelfSignal.Harmless], Debounce = TimeSpan.Zero, Hint = null };
        // An outer listener in the middle of its own stop, because a program that is not inside of one ends the process with its code.
        using var outer = ShutdownSignals.Listen(options with { Grace = Timeout.InfiniteTimeSpan, Debounce = TimeSpan.FromHours(1) });
        var codes = new HashSet<int>();
        for (var round = 0; round < rounds; round++)
        {
            codes.Add(StopApp.Run(
                static stop =>
                {
                    using var aborted = new ManualResetEvent(initialState: false);
                    stop.OnAbort((state, _) => ((ManualResetEvent)state!).Set(), aborted);
                    SelfSignal.Raise(SelfSignal.Harmless);
                    stop.Wait();
                    SelfSignal.Raise(SelfSignal.Harmless);
                    aborted.WaitOne();
                },
                options));
        }

        Console.WriteLine(string.Join(' ', codes));
        return 0;
    }
}
