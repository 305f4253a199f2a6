namespace StopKit.TestChild.Scenarios;

/// <summary>Counts its threads before and after many signals; a line on its input is the end of them.</summary>
internal static class SignalStorm
{
    private const int Spare = 8; // the runtime may have started one or the other of its own

    public static int Run(string[] args) => StopApp.Run(
        stop =>
        {
            var before = ThreadCount();
            Console.WriteLine("ready");
            Console.ReadLine();
            stop.Wait(); // requested on a thread of its own
            // Those that run handlers end when these do.
            while (ThreadCount() > before + Spare)
                Thread.Yield();
            Console.WriteLine($"{stop.Stage}, {stop.Reason?.Cause}");
        },
        ShutdownArguments.Parse(args));

    private static int ThreadCount() => Directory.GetDirectories("/proc/self/task").Length;
}
