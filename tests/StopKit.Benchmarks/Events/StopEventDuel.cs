using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>One thread sets and resets an event that three others wait for; the last of them answers by another event.</summary>
internal sealed class StopEventDuel() : Duel(("`StopEvent` set, wait, reset, 4 threads", "≤ 1.1"))
{
    private const int Waiters = 3;
    private const int Turns = 5000;

    internal override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("StopKit", static () =>
        {
            var events = Three(static () => new StopEvent());
            return Run(i => events[i].Set(), i => events[i].Wait(), i => events[i].Reset());
        }),
        new("`ManualResetEventSlim`", static () =>
        {
            var events = Three(static () => new ManualResetEventSlim());
            var result = Run(i => events[i].Set(), i => events[i].Wait(), i => events[i].Reset());
            foreach (var e in events)
                e.Dispose();
            return result;
        }),
    ];

    private static T[] Three<T>(Func<T> make) => [make(), make(), make()];

    private static Measurement[] Run(Action<int> set, Action<int> wait, Action<int> reset)
    {
        // Two that are used in turn, because an event that is reset at once would lose waiters of the platform's.
        const int Answer = 2;
        var missing = 0;
        var threads = ThreadCrowd.Start(Waiters, () =>
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                wait(turn % 2);
                if (Interlocked.Decrement(ref missing) == 0)
                    set(Answer);
            }
        });
        var start = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < Turns; turn++)
        {
            missing = Waiters;
            reset((turn + 1) % 2);
            set(turn % 2);
            wait(Answer);
            reset(Answer);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        foreach (var thread in threads)
            thread.Join();
        return [new(elapsed.TotalNanoseconds / Turns)];
    }
}
