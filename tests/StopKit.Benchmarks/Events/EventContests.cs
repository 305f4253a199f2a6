using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>Events that threads and asynchronous methods set for each other.</summary>
internal static class EventContests
{
    private const int Waiters = 3;
    private const int Turns = 500;
    private const int Rallies = 1000;
    private const int WarmUp = 100;

    internal static IEnumerable<Contest> All()
    {
        yield return new()
        {
            Works = ["`StopEvent` set, wait, reset, 4 threads"],
            Rounds = 61,
            StopKit = new("StopKit", static () => SetForCrowd(static () => new StopEvent(), static e => e.Set(), static e => e.Wait(), static e => e.Reset())),
            Others =
            [
                new("`ManualResetEventSlim`", static () =>
                    SetForCrowd(static () => new ManualResetEventSlim(), static e => e.Set(), static e => e.Wait(), static e => e.Reset()), 1.1),
            ],
        };
        var stop = new StopSource().Token;
        var cancellation = new CancellationTokenSource().Token;
        yield return new()
        {
            Works = ["`StopEvent` with a token, two threads in turn"],
            MostBytes = 0,
            Rounds = 61,
            StopKit = new("StopKit", () =>
                PingPong(static () => new StopEvent(), static e => e.Set(), e => e.Wait(Timeout.InfiniteTimeSpan, stop), static e => e.Reset())),
            Others =
            [
                new("`ManualResetEventSlim` with a token", () =>
                    PingPong(static () => new ManualResetEventSlim(), static e => e.Set(), e => e.Wait(cancellation), static e => e.Reset()), 1.3),
            ],
        };
        yield return new()
        {
            Works = ["`StopEvent`, two asynchronous methods in turn"],
            Rounds = 61,
            StopKit = new("StopKit", static () =>
                PingPongAsync(static () => new StopEvent(), static e => e.Set(), static async e => await e.WaitAsync(), static e => e.Reset())),
            Others =
            [
                new("AsyncEx `AsyncManualResetEvent`", static () => PingPongAsync(
                    static () => new Nito.AsyncEx.AsyncManualResetEvent(), static e => e.Set(), static async e => await e.WaitAsync(), static e => e.Reset())),
                new("dotNext `AsyncManualResetEvent`", static () => PingPongAsync(
                    static () => new DotNext.Threading.AsyncManualResetEvent(false), static e => e.Set(), static async e => await e.WaitAsync(), static e => e.Reset())),
            ],
        };
        yield return new()
        {
            Works = ["`StopEvent` with a token, two asynchronous methods in turn"],
            Rounds = 61,
            StopKit = new("StopKit", () =>
                PingPongAsync(static () => new StopEvent(), static e => e.Set(), async e => await e.WaitAsync(stop), static e => e.Reset())),
            Others =
            [
                new("AsyncEx `AsyncManualResetEvent`", () => PingPongAsync(
                    static () => new Nito.AsyncEx.AsyncManualResetEvent(), static e => e.Set(), async e => await e.WaitAsync(cancellation), static e => e.Reset())),
                new("dotNext `AsyncManualResetEvent`", () => PingPongAsync(
                    static () => new DotNext.Threading.AsyncManualResetEvent(false), static e => e.Set(), async e => await e.WaitAsync(cancellation), static e => e.Reset())),
            ],
        };
    }

    /// <summary>One thread sets and resets an event that three others wait for; the last of them answers by another event.</summary>
    private static Measurement[] SetForCrowd<T>(Func<T> make, Action<T> set, Action<T> wait, Action<T> reset)
    {
        // Two that are used in turn, because an event that is reset at once would lose waiters of the platform's.
        var events = new[] { make(), make() };
        var answer = make();
        var missing = 0;
        var threads = ThreadCrowd.Start(Waiters, () =>
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                wait(events[turn % 2]);
                if (Interlocked.Decrement(ref missing) == 0)
                    set(answer);
            }
        });
        var start = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < Turns; turn++)
        {
            missing = Waiters;
            reset(events[(turn + 1) % 2]);
            set(events[turn % 2]);
            wait(answer);
            reset(answer);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        foreach (var thread in threads)
            thread.Join();
        return [new(elapsed.TotalNanoseconds / Turns)];
    }

    private static Measurement[] PingPong<T>(Func<T> make, Action<T> set, Action<T> wait, Action<T> reset)
    {
        var (ping, pong) = (make(), make());
        var thread = new Thread(() =>
        {
            for (var i = 0; i < WarmUp + Rallies; i++)
            {
                wait(ping);
                reset(ping);
                set(pong);
            }
        });
        thread.Start();
        Play(WarmUp); // what a thread makes for its first wait is not the price of a wait
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        Play(Rallies);
        var elapsed = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        thread.Join();
        return [new(elapsed.TotalNanoseconds / Rallies, bytes / Rallies)];

        void Play(int rallies)
        {
            for (var i = 0; i < rallies; i++)
            {
                set(ping);
                wait(pong);
                reset(pong);
            }
        }
    }

    private static Measurement[] PingPongAsync<T>(Func<T> make, Action<T> set, Func<T, ValueTask> wait, Action<T> reset)
    {
        var (ping, pong) = (make(), make());
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        Task.WhenAll(Task.Run(PlayAsync), Task.Run(AnswerAsync)).Wait();
        var elapsed = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return [new(elapsed.TotalNanoseconds / Rallies, bytes / Rallies)];

        async Task PlayAsync()
        {
            for (var i = 0; i < Rallies; i++)
            {
                set(ping);
                await wait(pong);
                reset(pong);
            }
        }

        async Task AnswerAsync()
        {
            for (var i = 0; i < Rallies; i++)
            {
                await wait(ping);
                reset(ping);
                set(pong);
            }
        }
    }
}
