using System.Globalization;

namespace StopKit;

/// <summary>Puts durations into the words that reasons, reports and logs use.</summary>
internal static class DurationText
{
    /// <summary>
    /// Names a duration for a person: <c>250 ms</c>, <c>5 s</c>, <c>1.5 s</c>, <c>2 min 5 s</c>, <c>3 h 20 min</c>.
    /// </summary>
    internal static string Duration(TimeSpan duration)
    {
        if (duration == Timeout.InfiniteTimeSpan)
            return "unlimited time";
        if (duration < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.###} ms");
        if (duration < TimeSpan.FromMinutes(1))
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");
        if (duration < TimeSpan.FromHours(1))
            return TwoUnits(duration.Minutes, "min", duration.Seconds, "s");
        return TwoUnits((long)duration.TotalHours, "h", duration.Minutes, "min");
    }

    /// <summary>
    /// Names a duration in at most three digits, for tables: <c>1.2 ms</c>, <c>250 ms</c>, <c>3.2 s</c>, <c>2 min 5
    /// s</c>.
    /// </summary>
    internal static string ShortDuration(TimeSpan duration)
    {
        var unit = duration.TotalMilliseconds switch
        {
            < 10 => TimeSpan.TicksPerMillisecond / 10,
            < 1000 => TimeSpan.TicksPerMillisecond,
            < 10_000 => TimeSpan.TicksPerMillisecond * 100,
            _ => TimeSpan.TicksPerSecond,
        };
        return Duration(TimeSpan.FromTicks((duration.Ticks + (unit / 2)) / unit * unit));
    }

    private static string TwoUnits(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
