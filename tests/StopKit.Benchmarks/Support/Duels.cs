using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>What BenchmarkDotNet cannot time: work of many threads, latencies, memory that is held, CPU time.</summary>
internal static class Duels
{
    private static readonly Duel[] All =
    [
        new WakeUpDuel(),
        new ManyThreadsDuel(),
        new TimedWaitDuel(),
        new StopEventDuel(),
        new ThreadWorkerDuel(),
        new AsyncWorkerDuel(),
        new GroupDuel(),
        new QueueWorkerDuel(),
    ];

    // Until the code that is run often is compiled for speed, on all sides.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    internal static IEnumerable<Row> Run(string? name) => All
        .Where(duel => name is null || duel.Targets.Any(row => row.Work.Contains(name, StringComparison.OrdinalIgnoreCase)))
        .SelectMany(RowsOf);

    private static IEnumerable<Row> RowsOf(Duel duel)
    {
        Console.WriteLine($"{duel.Targets[0].Work}: {duel.Rounds} rounds");
        var contenders = duel.Contenders;
        var results = contenders.Select(static _ => new List<Measurement[]>()).ToArray();
        for (var warmUp = Stopwatch.StartNew(); warmUp.Elapsed < WarmUp;)
        {
            foreach (var contender in contenders)
                contender.Run();
        }

        for (var round = 0; round < duel.Rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                results[i].Add(contenders[i].Run());
            }
        }

        for (var row = 0; row < duel.Targets.Count; row++)
        {
            var medians = results.Select(rounds => Median(rounds, row)).ToArray();
            for (var i = 0; i < contenders.Count; i++)
                Console.WriteLine($"  {contenders[i].Name,-32} {medians[i].Nanoseconds,16:n1} ns {medians[i].Bytes,10} B");

            // Only the best of the others counts.
            var best = Enumerable.Range(1, contenders.Count - 1).MinBy(i => medians[i].Nanoseconds);
            yield return new Row(duel.Targets[row].Work, contenders[best].Name, medians[0].Nanoseconds, medians[best].Nanoseconds, duel.Targets[row].Target)
            {
                OurBytes = medians[0].Bytes,
                TheirBytes = medians[best].Bytes,
            };
        }
    }

    private static Measurement Median(List<Measurement[]> rounds, int row)
    {
        var times = rounds.Select(round => round[row].Nanoseconds).Order().ToArray();
        var bytes = rounds.Select(round => round[row].Bytes).Order().ToArray();
        return new Measurement(times[times.Length / 2], bytes[bytes.Length / 2]);
    }
}
