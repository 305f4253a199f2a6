namespace StopKit.TestChild.Scenarios;

/// <summary>Stops a worker whose callback never returns, while no thread of the pool is free.</summary>
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

        Console.WriteLine(worker.Stop().Outcome);
        return 7;
    }
}
