using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>Workers from their start to their join.</summary>
internal static class WorkerContests
{
    private const int Threads = 50;
    private const int Tasks = 500;

    internal static IEnumerable<Contest> All()
    {
        yield return new()
        {
            Works = ["`ThreadWorker` start, join"],
            Rounds = 61,
            StopKit = new("StopKit", static () => Many(Threads, static () => ThreadWorker.Start("worker", static _ => { }).Join())),
            Others =
            [
                new("`Thread` with a name", static () => Many(Threads, static () =>
                {
                    var thread = new Thread(static _ => { }) { Name = "worker" };
                    thread.Start();
                    thread.Join();
                }), 1.06),
            ],
        };
        yield return new()
        {
            Works = ["`AsyncWorker` start, join"],
            MostBytes = 400,
            StopKit = new("StopKit", static () => Many(Tasks, static () => AsyncWorker.Start("worker", static _ => Task.CompletedTask).Join())),
            Others =
            [
                new("`Task.Run`, `Wait`", static () => Many(Tasks, static () => Task.Run(static () => Task.CompletedTask).Wait()), 2.0),
            ],
        };
        yield return new()
        {
            Works = ["`AsyncWorker` started below a token, stopped, awaited"],
            MostBytes = null,
            StopKit = new("StopKit", static () => RunAsync(StopWorkersAsync)),
            Others = [new("`Task.Run` with a linked `CancellationTokenSource`", static () => RunAsync(CancelTasksAsync), 2.0)],
        };
        yield return CrowdContest.Make();
        yield return QueueContest.Make();
    }

    private static Measurement[] Many(int count, Action startAndJoin)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            startAndJoin();
        var elapsed = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return [new(elapsed.TotalNanoseconds / count, bytes / count)];
    }

    private static Measurement[] RunAsync(Func<Task> work)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        Task.Run(work).Wait();
        var elapsed = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return [new(elapsed.TotalNanoseconds / Tasks, bytes / Tasks)];
    }

    private static async Task StopWorkersAsync()
    {
        using var parent = new StopSource();
        for (var i = 0; i < Tasks; i++)
        {
            var worker = AsyncWorker.Start("worker", static async stop => await stop.WaitAsync(), parent.Token);
            worker.RequestStop();
            await worker.Completion;
        }
    }

    private static async Task CancelTasksAsync()
    {
        using var parent = new CancellationTokenSource();
        for (var i = 0; i < Tasks; i++)
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(parent.Token);
            var token = cancellation.Token;
            // Not thrown: that would make it many times slower.
            var task = Task.Run(
                async () => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing),
                CancellationToken.None);
            await cancellation.CancelAsync();
            await task;
        }
    }
}
