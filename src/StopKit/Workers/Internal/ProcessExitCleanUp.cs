using System.Diagnostics;

namespace StopKit;

/// <summary>The workers that are asked to stop when the process exits while they run.</summary>
internal static class ProcessExitCleanUp
{
    private static readonly HashSet<Worker> Workers = []; // also the lock

    internal static void Add(Worker worker)
    {
        lock (Workers)
        {
            if (Workers.Add(worker) && Workers.Count == 1)
                AppDomain.CurrentDomain.ProcessExit += StopAll;
        }
    }

    internal static void Remove(Worker worker)
    {
        lock (Workers)
        {
            if (Workers.Remove(worker) && Workers.Count == 0)
                AppDomain.CurrentDomain.ProcessExit -= StopAll;
        }
    }

    private static void StopAll(object? sender, EventArgs e)
    {
        Worker[] workers;
        lock (Workers)
            workers = [.. Workers];
        // All at once, each on a thread of its own: the thread pool may be exhausted, and one that is slow must not use up another's time.
        var start = Stopwatch.GetTimestamp();
        var stops = workers.Select(worker => new Thread(worker.StopForProcessExit) { IsBackground = true }).ToArray();
        foreach (var stop in stops)
            stop.Start();
        // Counted from one start, because a stop callback that blocks holds its thread for ever, and such waits must not add up.
        foreach (var (worker, stop) in workers.Zip(stops))
            stop.Join(Timeouts.WholeMilliseconds(Timeouts.Left(worker.ProcessExitLimit, Stopwatch.GetElapsedTime(start))));
        // The log's own flush at the exit may have come before this handler.
        BackgroundWriter.Flush(BackgroundWriter.ExitLimit);
    }
}
