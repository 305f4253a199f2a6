namespace StopKit.TestChild.Scenarios;

/// <summary>Leaves the process in several ways while a background worker is in the middle of something.</summary>
internal static class BackgroundWorker
{
    public static int Run(string way, bool cleanUp)
    {
        using var running = new ManualResetEventSlim();
        ThreadWorker.Start(
            "left",
            stop =>
            {
                running.Set();
                stop.Wait();
                Console.WriteLine($"cleaned up: {stop.Reason}");
            },
            options: new WorkerOptions { IsBackground = true, CleanUpOnProcessExit = cleanUp, CleanUpLimit = TimeSpan.FromSeconds(60) });
        running.Wait();
        Console.WriteLine("ready");
        switch (way)
        {
            case "exit":
                Exit();
                break;
            case "exit-elsewhere":
                new Thread(Exit).Start();
                new ManualResetEventSlim().Wait();
                break;
            case "unhandled":
                var thrower = new Thread(() => throw new InvalidDataException("nobody handles this"));
                thrower.Start();
                thrower.Join();
                break;
            case "signal":
                new ManualResetEventSlim().Wait();
                break;
        }

        return 7;
    }

#pragma warning disable RS0030 // this is the program that does so
    private static void Exit() => Environment.Exit(7);
#pragma warning restore RS0030

    /// <summary>Many workers whose stop callbacks block: each may take its limit, but not one after the other.</summary>
    public static int RunBlocked()
    {
        var options = new WorkerOptions { CleanUpOnProcessExit = true, CleanUpLimit = TimeSpan.FromSeconds(1) };
        for (var i = 0; i < 100; i++)
        {
            using var running = new ManualResetEventSlim();
            ThreadWorker.Start(
                $"blocked-{i}",
                stop =>
                {
                    stop.OnStop(_ => new ManualResetEventSlim().Wait());
                    running.Set();
                    new ManualResetEventSlim().Wait();
                },
                options: options);
            running.Wait();
        }

        return 7;
    }
}
