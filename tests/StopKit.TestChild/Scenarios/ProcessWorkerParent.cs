using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>Programs that end while a process of theirs runs.</summary>
internal static class ProcessWorkerParent
{
    /// <summary>Prints the id of the process, and waits to be killed.</summary>
    public static int WaitToBeKilled(bool isTied)
    {
        using var worker = new ProcessWorker(
            new ProcessStartInfo("sh", ["-c", "echo $$; exec sleep 600"]),
            options: new ProcessWorkerOptions { EndWithParent = isTied, OutputLine = Console.WriteLine });
        worker.Start();
        worker.Join();
        return 1;
    }

    /// <summary>Returns from main.</summary>
    public static int LeaveRunning()
    {
        var isReady = new ManualResetEventSlim();
        var worker = new ProcessWorker(
            new ProcessStartInfo("sh", ["-c", "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.01; done"]),
            options: new ProcessWorkerOptions
            {
                Worker = new WorkerOptions { CleanUpOnProcessExit = true, CleanUpLimit = TimeSpan.FromSeconds(30) },
                OutputLine = line =>
                {
                    Console.WriteLine(line);
                    isReady.Set();
                },
            });
        worker.Start();
        isReady.Wait();
        return 0;
    }
}
