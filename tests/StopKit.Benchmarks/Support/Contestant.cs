namespace StopKit.Benchmarks;

/// <summary>Does the work of a <see cref="Contest"/>, in StopKit's way or in another one.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="run">Does the work for one round, and returns a measurement for each row.</param>
/// <param name="targets">The highest ratio of StopKit to this one that meets the target, for each row; none by default.</param>
internal sealed class Contestant(string name, Func<Measurement[]> run, params double[] targets)
{
    internal string Name => name;

    internal Measurement[] Run() => run();

    internal double? Target(int row) => row < targets.Length ? targets[row] : null;

    /// <summary>Work of one thread that can be done again and again: a round is as many as take about a millisecond.</summary>
    internal static Contestant Loop(string name, Action<int> work, params double[] targets)
    {
        var iterations = 1;
        return new(name, Run, targets);

        Measurement[] Run()
        {
            var (time, bytes) = ThreadCost.Of(() => work(iterations));
            var measurement = new Measurement(time / iterations, Math.Round((double)bytes / iterations, 1));
            // The code becomes faster while it is warmed up, so the number is found again and again.
            if (time is < 0.5e6 or > 2e6)
                iterations = (int)Math.Clamp(iterations * (1e6 / Math.Max(time, 1)), 1, 10_000_000);
            return [measurement];
        }
    }

    /// <summary>Work of one thread that uses something up, which is made before and not timed.</summary>
    internal static Contestant Once<T>(string name, Func<T> make, Action<T> work, int operations, params double[] targets) => new(name, () =>
    {
        var made = make();
        var (time, bytes) = ThreadCost.Of(() => work(made));
        return [new Measurement(time / operations, Math.Round((double)bytes / operations, 1))];
    }, targets);
}
