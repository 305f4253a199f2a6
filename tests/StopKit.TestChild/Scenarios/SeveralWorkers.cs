using System.Globalization;

namespace StopKit.TestChild.Scenarios;

/// <summary>Runs workers of both kinds until a signal stops them all, and prints how each one ended.</summary>
internal static class SeveralWorkers
{
    public static int Run(string[] args) => StopApp.Run(RunMain, ShutdownArguments.Parse(args));

    private static void RunMain(StopToken stop)
    {
        using var running = new CountdownEvent(4);
        Worker[] workers =
        [
            new Blocking("blocking-1", running),
            new Blocking("blocking-2", running),
            new Waiting("waiting-1", running),
            new Waiting("waiting-2", running),
        ];
        foreach (var worker in workers)
            worker.Start(stop);
        running.Wait();
        Console.WriteLine("ready");
        foreach (var worker in workers)
        {
            var result = worker.Join();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Name} {result.Outcome} {result.Reason}"));
        }

        Console.WriteLine("main returns");
    }

    private sealed class Blocking(string name, CountdownEvent running) : ThreadWorker(name)
    {
        protected override void Run(StopToken stop)
        {
            try
            {
                running.Signal();
                stop.Wait();
                stop.ThrowIfStopRequested();
            }
            finally
            {
                Console.WriteLine($"{Name} finally");
            }
        }

        protected override void CleanUp(StopToken shielded) => Console.WriteLine($"{Name} cleanup, sees a stop: {shielded.IsStopRequested}");
    }

    private sealed class Waiting(string name, CountdownEvent running) : AsyncWorker(name)
    {
        protected override async Task RunAsync(StopToken stop)
        {
            try
            {
                running.Signal();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
            finally
            {
                Console.WriteLine($"{Name} finally");
            }
        }

        protected override async Task CleanUpAsync(StopToken shielded)
        {
            await Task.Yield();
            Console.WriteLine($"{Name} cleanup, sees a stop: {shielded.IsStopRequested}");
        }
    }
}
