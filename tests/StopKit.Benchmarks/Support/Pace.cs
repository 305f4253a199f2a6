namespace StopKit.Benchmarks;

/// <summary>How thoroughly the contests are run.</summary>
internal sealed record Pace(TimeSpan WarmUp, int Divisor)
{
    /// <summary>Minutes: what docs/performance.md is made of.</summary>
    internal static Pace Full { get; } = new(TimeSpan.FromSeconds(1.5), Divisor: 1);

    /// <summary>To see whether all still runs; the ratios are coarse.</summary>
    internal static Pace Quick { get; } = new(TimeSpan.FromSeconds(0.4), Divisor: 8);

    internal int RoundsOf(Contest contest) => Math.Max(contest.Rounds / Divisor, 3);
}
