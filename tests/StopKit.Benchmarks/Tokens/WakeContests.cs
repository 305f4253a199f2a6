using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>Threads that are blocked, and how soon a stop lets them run.</summary>
internal static class WakeContests
{
    private const int WakeUps = 100;
    private const int Crowd = 1000;
    private const int TimedThreads = 2000;
    private const int TimedWaits = 10;
    private const string Platform = "the median of the platform's four";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    internal static IEnumerable<Contest> All()
    {
        yield return new()
        {
            Works = ["stop → blocked thread runs, p50", "stop → blocked thread runs, p99"],
            Rounds = 31,
            AgainstMedian = Platform,
            StopKit = new("StopKit", () => WakeOne(Sleeper.OfStopKit)),
            Others = [.. Sleeper.OfPlatform.Select(static kind => new Contestant(kind.Name, () => WakeOne(kind.Make), 1.1, 1.15))],
        };
        yield return new()
        {
            Works = ["stop → 1 000 blocked threads woken and joined"],
            Rounds = 15,
            AgainstMedian = Platform,
            StopKit = new("StopKit", () => WakeCrowd(Sleeper.OfStopKit)),
            Others = [.. Sleeper.OfPlatform.Select(static kind => new Contestant(kind.Name, () => WakeCrowd(kind.Make), 1.1))],
        };
        yield return new()
        {
            Works = ["`Wait(1 ms)` not stopped, 2 000 threads at once: CPU per wait"],
            Rounds = 9,
            StopKit = new("StopKit", static () =>
            {
                using var stop = new StopSource();
                var token = stop.Token;
                return CpuOfTimedWaits(() => token.Wait(Short));
            }),
            Others =
            [
                new("`CancellationToken.WaitHandle.WaitOne(1 ms)`", static () =>
                {
                    using var cancellation = new CancellationTokenSource();
                    var handle = cancellation.Token.WaitHandle;
                    return CpuOfTimedWaits(() => handle.WaitOne(Short));
                }, 1.1),
            ],
        };
    }

    private static Measurement[] WakeOne(Func<Sleeper> make)
    {
        var sleepers = Enumerable.Range(0, WakeUps).Select(_ => make()).ToArray();
        var latencies = new double[WakeUps];
        long woken = 0;
        var next = -1; // the sleeper that the thread blocks on
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
            PauseFor(TimeSpan.FromMicroseconds(100));
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

    // Without sleeping: the processor of a thread that sleeps goes to sleep too, and then takes its time.
    private static void PauseFor(TimeSpan time)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time;)
            Thread.Yield();
    }

    private static Measurement[] WakeCrowd(Func<Sleeper> make)
    {
        using var sleeper = make();
        var threads = ThreadCrowd.Start(Crowd, sleeper.Block);
        foreach (var thread in threads)
            Sleeper.AwaitBlocked(thread);
        var start = Stopwatch.GetTimestamp();
        sleeper.Wake();
        foreach (var thread in threads)
            thread.Join();
        return [new(Stopwatch.GetElapsedTime(start).TotalNanoseconds)];
    }

    private static Measurement[] CpuOfTimedWaits(Func<bool> wait)
    {
        using var begin = new ManualResetEventSlim();
        using var ready = new CountdownEvent(TimedThreads);
        using var ended = new CountdownEvent(TimedThreads);
        using var leave = new ManualResetEventSlim();
        var threads = ThreadCrowd.Start(TimedThreads, () =>
        {
            wait(); // what a thread makes for its first wait is not the price of a wait
            ready.Signal();
            begin.Wait();
            for (var i = 0; i < TimedWaits; i++)
                wait();
            ended.Signal();
            leave.Wait();
        });
        ready.Wait();
        var before = Environment.CpuUsage.TotalTime;
        begin.Set();
        ended.Wait();
        var used = Environment.CpuUsage.TotalTime - before;
        leave.Set();
        foreach (var thread in threads)
            thread.Join();
        return [new(used.TotalNanoseconds / (TimedThreads * TimedWaits))];
    }
}
