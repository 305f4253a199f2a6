namespace StopKit.TestChild.Scenarios;

/// <summary>Returns from Main while a worker runs that wants to clean up when the process exits.</summary>
internal static class LeftRunning
{
    public static int Run(string form)
    {
        using var running = new ManualResetEventSlim();
        var options = new WorkerOptions
        {
            CleanUpOnProcessExit = form != "not-asked",
            IsBackground = form != "foreground",
            CleanUpLimit = form == "stuck" ? TimeSpan.FromSeconds(3) : TimeSpan.FromSeconds(60),
        };
        if (form == "async")
            new OnTasks(running, options).Start();
        else
            new OnThread(running, options, isStuck: form == "stuck").Start();
        running.Wait();
        Console.WriteLine("main returns");
        return 7;
    }

    private sealed class OnThread(ManualResetEventSlim running, WorkerOptions options, bool isStuck) : ThreadWorker("left", options)
    {
        protected override void Run(StopToken stop)
        {
            running.Set();
            stop.Wait();
            Console.WriteLine($"stopped: {stop.Reason}");
            if (isStuck)
                new ManualResetEventSlim().Wait(CancellationToken.None);
        }

        protected override void CleanUp(StopToken shielded) => Console.WriteLine("cleaned up");
    }

    private sealed class OnTasks(ManualResetEventSlim running, WorkerOptions options) : AsyncWorker("left", options)
    {
        protected override async Task RunAsync(StopToken stop)
        {
            running.Set();
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            Console.WriteLine($"stopped: {stop.Reason}");
        }

        protected override async Task CleanUpAsync(StopToken shielded)
        {
            await Task.Yield();
            Console.WriteLine("cleaned up");
        }
    }
}
