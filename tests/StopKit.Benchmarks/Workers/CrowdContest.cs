using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>Very many asynchronous workers that wait for their stop. The bytes are those held while they run.</summary>
internal static class CrowdContest
{
    private const int Workers = 100_000;

    internal static Contest Make() => new()
    {
        Works = ["100 000 `AsyncWorker`s: start, stop, join, per worker"],
        MostBytes = 1000,
        Rounds = 7,
        StopKit = new("StopKit", RunStopKit),
        Others = [new("`Task.Run`, one `CancellationTokenSource`, `Task.WhenAll`", RunTasks, 2.0)],
    };

    private static Measurement[] RunStopKit()
    {
        using var meter = new Meter();
        using var stop = new StopSource();
        var workers = new AsyncWorker[Workers];
        for (var i = 0; i < Workers; i++)
        {
            workers[i] = AsyncWorker.Start(
                "worker",
                async token =>
                {
                    meter.CountIn();
                    await token.WaitAsync(Timeout.InfiniteTimeSpan);
                },
                stop.Token);
        }

        meter.Pause();
        stop.RequestStop();
        Task.WhenAll(workers.Select(static worker => worker.Completion)).Wait();
        return meter.End(workers);
    }

    private static Measurement[] RunTasks()
    {
        using var meter = new Meter();
        using var cancellation = new CancellationTokenSource();
        var token = cancellation.Token;
        var tasks = new Task[Workers];
        for (var i = 0; i < Workers; i++)
        {
            tasks[i] = Task.Run(
                async () =>
                {
                    meter.CountIn();
                    // Not thrown: that would make it many times slower.
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                },
                CancellationToken.None);
        }

        meter.Pause();
        cancellation.Cancel();
        Task.WhenAll(tasks).Wait();
        return meter.End(tasks);
    }

    private sealed class Meter : IDisposable
    {
        private readonly long _held = GC.GetTotalMemory(forceFullCollection: true);
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private readonly CountdownEvent _missing = new(Workers);
        private long _bytes;

        public void Dispose() => _missing.Dispose();

        internal void CountIn() => _missing.Signal();

        /// <summary>When all wait: stops the watch while the memory is measured.</summary>
        internal void Pause()
        {
            _missing.Wait();
            _watch.Stop();
            _bytes = GC.GetTotalMemory(forceFullCollection: true) - _held;
            _watch.Start();
        }

        internal Measurement[] End(object workers)
        {
            var elapsed = _watch.Elapsed;
            GC.KeepAlive(workers);
            return [new(elapsed.TotalNanoseconds / Workers, _bytes / Workers)];
        }
    }
}
