using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>Stops processes while no thread of the pool is free.</summary>
internal static class StopProcessesWithoutPool
{
    private const string Stubborn = "trap '' TERM; echo ready; while :; do sleep 0.01; done";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly ProcessStopOptions Brief = new() { Grace = TimeSpan.FromMilliseconds(100) };

    public static int Run()
    {
        using var obeys = Process.Start("sleep", "600");
        using var byId = Process.Start("sleep", "600");
        using var stubborn = Start();
        using var ready = new CountdownEvent(2);
        using var worker = Start("echo ready; exec sleep 600", ready);
        using var stubbornWorker = Start(Stubborn, ready);
        ready.Wait();
        ExhaustedPool.Make();

        Tell("one that obeys", obeys.StopAsync());
        Tell("one that does not", stubborn.StopAsync(Brief));
        Tell("by id", ProcessStop.StopByIdAsync(byId.Id));
        Console.WriteLine($"a worker: {worker.Stop().Outcome}");
        stubbornWorker.RequestStop("enough", TimeSpan.FromMilliseconds(100)); // nothing waits for it that could abort it
        Console.WriteLine($"a worker that does not obey: {(stubbornWorker.TryJoin(Limit, out var result) ? result.Outcome : null)}");
        return 0;
    }

    private static void Tell(string what, Task<ProcessStopResult> stop) =>
        Console.WriteLine($"{what}: {(stop.Wait(Limit) ? stop.Result.Outcome : null)}");

    private static Process Start()
    {
        var process = Process.Start(new ProcessStartInfo("sh", ["-c", Stubborn]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadLine();
        return process;
    }

    private static ProcessWorker Start(string script, CountdownEvent ready)
    {
        var worker = new ProcessWorker(new ProcessStartInfo("sh", ["-c", script]), options: new ProcessWorkerOptions
        {
            OutputLine = _ => ready.Signal(),
            Worker = new WorkerOptions { AbortPeriod = Limit },
        });
        worker.Start();
        return worker;
    }
}
