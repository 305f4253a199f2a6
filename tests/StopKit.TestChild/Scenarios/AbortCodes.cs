using System.Runtime.InteropServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>Runs many mains one after the other, sends each two signals, and prints the exit codes that came of it.</summary>
internal static partial class AbortCodes
{
    private const int SigUrg = 23; // ignored by default, so that one too many does no harm

    public static int Run(int rounds)
    {
        var options = new ShutdownOptions { Signals = [(PosixSignal)SigUrg], Debounce = TimeSpan.Zero, Hint = null };
        var codes = new HashSet<int>();
        for (var round = 0; round < rounds; round++)
        {
            codes.Add(StopApp.Run(
                static stop =>
                {
                    using var aborted = new ManualResetEvent(initialState: false);
                    stop.OnAbort((state, _) => ((ManualResetEvent)state!).Set(), aborted);
                    Kill(Environment.ProcessId, SigUrg);
                    stop.Wait();
                    Kill(Environment.ProcessId, SigUrg);
                    aborted.WaitOne();
                },
                options));
        }

        Console.WriteLine(string.Join(' ', codes));
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
