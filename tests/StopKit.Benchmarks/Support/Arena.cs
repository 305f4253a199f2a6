using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>Lets the contestants of a contest take turns, and makes rows of what they needed.</summary>
/// <remarks>
/// A round is A B C C B A, the next one B C A A C B: each pair of contestants meets the same moments of the machine, and
/// each of them is behind each other one equally often. StopKit takes part twice, which gives the row its noise.
/// </remarks>
internal static class Arena
{
    private const int Ours = 0;
    private const int Twin = 1;
    private const int FirstOther = 2;

    internal static IReadOnlyList<Row> Run(Contest contest, Pace pace)
    {
        Console.WriteLine(contest.Works[0]);
        Contestant[] contestants = [contest.StopKit, contest.StopKit, .. contest.Others];
        WarmUp(contestants, contest.IsWarmedUp ? pace.WarmUp : TimeSpan.Zero);
        var rounds = Enumerable.Range(0, pace.RoundsOf(contest)).Select(round => RunRound(contestants, round)).ToArray();
        var rows = Enumerable.Range(0, contest.Works.Length).SelectMany(row => RowsOf(contest, rounds, row)).ToList();
        foreach (var row in rows)
            Console.WriteLine($"  {Table.Line(row)}");
        return rows;
    }

    private static void WarmUp(Contestant[] contestants, TimeSpan time)
    {
        // Until the code that is run often is compiled for speed, on all sides.
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time;)
        {
            foreach (var contestant in contestants)
                contestant.Run();
        }
    }

    /// <summary>Returns what each contestant needed: the mean of its two turns, for each row.</summary>
    private static Measurement[][] RunRound(Contestant[] contestants, int round)
    {
        GC.Collect(); // so that no contestant pays for what another left behind
        var count = contestants.Length;
        var measured = new Measurement[count][];
        for (var turn = 0; turn < 2 * count; turn++)
        {
            var place = turn < count ? turn : (2 * count) - 1 - turn;
            var contestant = (place + round) % count;
            var run = contestants[contestant].Run();
            measured[contestant] = measured[contestant] is { } before ? [.. before.Zip(run, Mean)] : run;
        }

        return measured;
    }

    private static Measurement Mean(Measurement one, Measurement other) =>
        new((one.Nanoseconds + other.Nanoseconds) / 2, (one.Bytes + other.Bytes) / 2);

    private static IEnumerable<Row> RowsOf(Contest contest, Measurement[][][] rounds, int row)
    {
        if (contest.AgainstMedian is { } name)
        {
            yield return RowOf(name, contest.Others[0].Target(row), static round => MedianOf(round[FirstOther..]));
            yield break;
        }

        for (var i = 0; i < contest.Others.Length; i++)
        {
            var other = FirstOther + i;
            yield return RowOf(contest.Others[i].Name, contest.Others[i].Target(row), round => round[other]);
        }

        Row RowOf(string against, double? target, Func<Measurement[][], Measurement[]> theirs) => new(contest.Works[row], against)
        {
            Ours = Median(rounds.Select(round => round[Ours][row].Nanoseconds)),
            Theirs = Median(rounds.Select(round => theirs(round)[row].Nanoseconds)),
            // Both turns of StopKit count, so that the ratio has as much of it as of the other.
            Ratio = Interval.Of(rounds.Select(round => Mean(round[Ours][row], round[Twin][row]).Nanoseconds / theirs(round)[row].Nanoseconds)),
            Noise = Interval.Of(rounds.Select(round => round[Twin][row].Nanoseconds / round[Ours][row].Nanoseconds)),
            OurBytes = MedianBytes(rounds.Select(round => round[Ours][row].Bytes)),
            TheirBytes = MedianBytes(rounds.Select(round => theirs(round)[row].Bytes)),
            Target = target,
            MostBytes = target is null ? null : contest.MostBytes,
        };
    }

    private static Measurement[] MedianOf(Measurement[][] others) =>
        [.. Enumerable.Range(0, others[0].Length).Select(row => new Measurement(Median(others.Select(other => other[row].Nanoseconds))))];

    private static double Median(IEnumerable<double> values) => Interval.Middle([.. values.Order()]);

    private static double? MedianBytes(IEnumerable<double?> values) =>
        values.ToArray() is var all && all.Any(static bytes => bytes is null) ? null : Median(all.Select(static bytes => bytes!.Value));
}
