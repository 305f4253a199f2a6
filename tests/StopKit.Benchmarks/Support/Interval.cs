using System.Globalization;

namespace StopKit.Benchmarks;

/// <summary>The median of some values, and where the true one lies in 95 of 100 cases.</summary>
internal readonly record struct Interval(double Low, double Median, double High)
{
    /// <summary>By the ranks of a sign test, which asks nothing of how the values are spread.</summary>
    internal static Interval Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var count = sorted.Length;
        var away = (int)Math.Ceiling((count + (1.96 * Math.Sqrt(count))) / 2); // with few values these are the lowest and the highest
        var high = Math.Min(away, count - 1);
        return new(sorted[count - 1 - high], Middle(sorted), sorted[high]);
    }

    internal static double Middle(double[] sorted) =>
        (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({Low:0.00}–{High:0.00})");
}
