using System.Globalization;
using System.Runtime.InteropServices;

namespace StopKit.Benchmarks;

/// <summary>Prints rows as a table that docs/performance.md can show.</summary>
internal static class Table
{
    internal static void Write(IReadOnlyList<Row> rows)
    {
        Console.WriteLine();
        Console.WriteLine("| work | against | StopKit | BCL | ratio | bytes | target |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|---|");
        foreach (var row in rows)
        {
            var ratio = (row.Ours / row.Theirs).ToString("0.00", CultureInfo.InvariantCulture);
            var bytes = row.OurBytes is { } ours ? string.Create(CultureInfo.InvariantCulture, $"{ours} : {row.TheirBytes}") : "";
            Console.WriteLine($"| {row.Work} | {row.Against} | {Time(row.Ours)} | {Time(row.Theirs)} | {ratio} | {bytes} | {row.Target} |");
        }

        Console.WriteLine();
        Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => Number(nanoseconds, "ns"),
        < 1e6 => Number(nanoseconds / 1e3, "µs"),
        < 1e9 => Number(nanoseconds / 1e6, "ms"),
        _ => Number(nanoseconds / 1e9, "s"),
    };

    private static string Number(double value, string unit)
    {
        var format = value < 10 ? "0.00" : value < 100 ? "0.0" : "0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
    }
}
