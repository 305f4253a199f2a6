using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace StopKit.Benchmarks;

/// <summary>Writes rows as a table that docs/performance.md can show.</summary>
internal static class Table
{
    private const string Begin = "<!-- table -->";
    private const string End = "<!-- /table -->";

    internal static string Of(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder()
            .AppendLine("| work | against | StopKit | other | ratio (95 %) | StopKit to itself | bytes | target | met |")
            .AppendLine("|---|---|--:|--:|--:|--:|--:|---|---|");
        foreach (var row in rows)
            text.AppendLine(Line(row));
        return text.AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"{rows.Count(static row => row.IsMet == true)} of {rows.Count(static row => row.IsMet is not null)} targets are met.")
            .AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}.")
            .ToString();
    }

    internal static string Line(Row row)
    {
        var bytes = row.OurBytes is { } ours ? string.Create(CultureInfo.InvariantCulture, $"{ours:0} : {row.TheirBytes:0}") : "";
        var met = row.IsMet switch { true => "yes", false => "**no**", null => "" };
        var noise = string.Create(CultureInfo.InvariantCulture, $"{row.Noise.Low:0.00}–{row.Noise.High:0.00}");
        return $"| {row.Work} | {row.Against} | {Time(row.Ours)} | {Time(row.Theirs)} | {row.Ratio} | {noise} | {bytes} | {row.TargetText} | {met} |";
    }

    /// <summary>Puts the text in place of what stands between the marks in a page.</summary>
    internal static void WriteInto(string page, string text)
    {
        var before = File.ReadAllText(page);
        var (begin, end) = (before.IndexOf(Begin, StringComparison.Ordinal), before.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{page} has no lines {Begin} and {End}.");
        File.WriteAllText(page, $"{before[..(begin + Begin.Length)]}\n\n{text}\n{before[end..]}");
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
