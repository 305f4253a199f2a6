namespace StopKit.TestChild.Scenarios;

/// <summary>Ends only at the abort, or when its input ends; says what it sees.</summary>
internal static class PatientMain
{
    public static int Run(string[] args) => StopApp.Run(RunMain, ShutdownArguments.Parse(args));

    private static void RunMain(StopToken stop)
    {
        using var mayEnd = new ManualResetEvent(initialState: false);
        stop.OnAbort(_ => mayEnd.Set());
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            mayEnd.Set();
        }) { IsBackground = true }.Start();
        // A second handler, of the program's own, tells the test that the signal has arrived.
        using var arrivals = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT, _ => Console.WriteLine("SIGINT arrived"));
        Console.WriteLine("ready");
        stop.Wait();
        Console.WriteLine($"stopping: {stop.Reason}");
        mayEnd.WaitOne();
        Console.WriteLine($"ends, abort: {stop.AbortReason?.Message ?? "none"}");
    }
}
