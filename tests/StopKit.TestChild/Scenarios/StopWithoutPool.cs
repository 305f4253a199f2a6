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

    /// <summary>Stops a group of threads in three stages, one of them in a group of its own; by a request, or by a fault of one.</summary>
    public static int RunGroup(string form)
    {
        using var allRun = new CountdownEvent(3);
        using var mayFail = new ManualResetEventSlim();
        var options = new WorkerOptions { Grace = TimeSpan.FromMinutes(10), AbortPeriod = TimeSpan.FromMinutes(10) };
        var app = new WorkerGroup("app", options: options);
        var mail = new WorkerGroup("mail", options: options);
        app.Add("cache", stop => RunUntilStopped("cache", stop), order: 1);
        mail.Add("sender", stop => RunUntilStopped("sender", stop));
        app.Add(mail, order: 2);
        app.Add("web", stop => RunUntilStopped("web", stop), order: 3);
        if (form == "before-start")
            ExhaustedPool.Make();
        app.Add(
            "broken",
            stop =>
            {
                WaitHandle.WaitAny([mayFail.WaitHandle, stop.Stopping.WaitHandle]);
                if (form == "fault")
                    throw new InvalidDataException("bad header");
            },
            order: 4);
        app.Start();
        allRun.Wait();
        if (form != "before-start")
            ExhaustedPool.Make();

        if (form == "fault")
        {
            mayFail.Set();
            Console.WriteLine(app.Join().Outcome);
        }
        else
        {
            Console.WriteLine(app.Stop().Outcome);
        }

        return 7;

        void RunUntilStopped(string name, StopToken stop)
        {
            allRun.Signal();
            stop.Wait();
            Console.WriteLine($"{name}: {stop.Stage}");
        }
    }
}
