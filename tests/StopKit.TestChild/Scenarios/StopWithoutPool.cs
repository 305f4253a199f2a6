namespace StopKit.TestChild.Scenarios;

/// <summary>Stops a worker whose callback never returns, and one that waits for the abort, while no thread of the pool is free.</summary>
internal static class StopWithoutPool
{
    public static int Run()
    {
        using var isRunning = new ManualResetEventSlim();
        using var never = new ManualResetEventSlim();
        var worker = ThreadWorker.Start(
            "one",
            stop =>
            {
                stop.OnStop(_ => never.Wait());
                isRunning.Set();
                stop.Wait();
            },
            options: new WorkerOptions { AbortPeriod = TimeSpan.FromMilliseconds(200) });
        isRunning.Wait();
        ExhaustedPool.Make();

        var unwilling = ThreadWorker.Start("two", stop => stop.Aborting.WaitHandle.WaitOne());

        Console.WriteLine(worker.Stop().Outcome);
        Console.WriteLine(unwilling.Stop(TimeSpan.FromMilliseconds(200)).Outcome);
        return 7;
    }
}
