using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>How long after the stop a blocked thread runs.</summary>
internal sealed class WakeUpDuel() : Duel(("stop → blocked thread runs, p50", "≤ 1.0"), ("stop → blocked thread runs, p99", "≤ 1.0"))
{
    private const int WakeUps = 300;

    internal override IReadOnlyList<Contender> Contenders { get; } =
        [.. Sleeper.Kinds.Select(static kind => new Contender(kind.Name, () => Run(kind.Make)))];

    private static Measurement[] Run(Func<Sleeper> make)
    {
        var sleepers = Enumerable.Range(0, WakeUps).Select(_ => make()).ToArray();
        var latencies = new double[WakeUps];
        long woken = 0;
        var next = -1; // the sleeper that the thread blocks on
        using var pause = new ManualResetEvent(initialState: false);
        using var reported = new SemaphoreSlim(0);
        var thread = new Thread(() =>
        {
            for (var i = 0; i < WakeUps; i++)
            {
                Volatile.Write(ref next, i);
                sleepers[i].Block();
                woken = Stopwatch.GetTimestamp();
                reported.Release();
            }
        });
        thread.Start();
        for (var i = 0; i < WakeUps; i++)
        {
            while (Volatile.Read(ref next) != i)
                Thread.Yield();
            Sleeper.AwaitBlocked(thread);
            // It says so before it is: some spin for a while first, which is not to be timed.
            pause.WaitOne(TimeSpan.FromMilliseconds(1));
            var start = Stopwatch.GetTimestamp();
            sleepers[i].Wake();
            reported.Wait();
            latencies[i] = Stopwatch.GetElapsedTime(start, woken).TotalNanoseconds;
        }

        thread.Join();
        foreach (var sleeper in sleepers)
            sleeper.Dispose();
        Array.Sort(latencies);
        return [new(latencies[WakeUps / 2]), new(latencies[WakeUps * 99 / 100])];
    }
}
