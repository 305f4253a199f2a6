using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>How long it takes to wake many threads and to see all of them end.</summary>
internal sealed class ManyThreadsDuel() : Duel(("stop → 1 000 blocked threads woken and joined", "≤ 1.0"))
{
    private const int Threads = 1000;

    internal override IReadOnlyList<Contender> Contenders { get; } =
        [.. Sleeper.Kinds.Select(static kind => new Contender(kind.Name, () => Run(kind.Make)))];

    private static Measurement[] Run(Func<Sleeper> make)
    {
        using var sleeper = make();
        var threads = ThreadCrowd.Start(Threads, sleeper.Block);
        foreach (var thread in threads)
            Sleeper.AwaitBlocked(thread);
        var start = Stopwatch.GetTimestamp();
        sleeper.Wake();
        foreach (var thread in threads)
            thread.Join();
        return [new(Stopwatch.GetElapsedTime(start).TotalNanoseconds)];
    }
}
