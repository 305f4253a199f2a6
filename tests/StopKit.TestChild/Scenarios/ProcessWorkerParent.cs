using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>Runs a process as a worker, prints its id, and waits to be killed.</summary>
internal static class ProcessWorkerParent
{
    public static int Run(bool isTied)
    {
        using var worker = new ProcessWorker(
            new ProcessStartInfo("sh", ["-c", "echo $$; exec sleep 600"]),
            options: new ProcessWorkerOptions { EndWithParent = isTied, OutputLine = Console.WriteLine });
        worker.Start();
        worker.Join();
        return 1;
    }
}
