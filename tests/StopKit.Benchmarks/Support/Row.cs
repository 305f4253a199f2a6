using System.Globalization;

namespace StopKit.Benchmarks;

/// <summary>One line of the table: StopKit beside another one at the same work.</summary>
internal sealed record Row(string Work, string Against)
{
    /// <summary>Nanoseconds for one piece of the work.</summary>
    internal required double Ours { get; init; }

    internal required double Theirs { get; init; }

    internal required Interval Ratio { get; init; }

    /// <summary>The same ratio of StopKit to itself: what the machine adds to every ratio.</summary>
    internal required Interval Noise { get; init; }

    internal double? OurBytes { get; init; }

    internal double? TheirBytes { get; init; }

    internal double? Target { get; init; }

    internal double? MostBytes { get; init; }

    /// <summary>Only if all of the interval is within the target: a lucky median is not enough.</summary>
    internal bool? IsMet => (Target, MostBytes) is (null, null) ? null : !(Ratio.High > Target) && !(OurBytes > MostBytes);

    internal string TargetText => string.Join("; ", new[]
    {
        Target is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"≤ {ratio:0.0#}") : "",
        MostBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"≤ {bytes} B") : "",
    }.Where(static text => text.Length > 0));
}
