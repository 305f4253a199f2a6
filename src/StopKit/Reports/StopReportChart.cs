using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StopKit;

/// <summary>Writes a report as a Mermaid Gantt chart.</summary>
/// <remarks>
/// Times are written as milliseconds since the first request, which Mermaid reads by <c>dateFormat x</c> as times of
/// day of 1970-01-01.
/// </remarks>
internal static partial class StopReportChart
{
    private const int MostRows = 100; // a chart with more is no picture
    private const int MostLength = 40_000; // Mermaid refuses a source of more than 50 000 characters
    private const int LongestName = 60;

    internal static string Of(StopReport report)
    {
        var late = report.Late.Count == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {report.Late.Count} of {report.Entries.Count} late");
        var shown = Shown(report);
        // In the title, because a section without bars is not drawn.
        var hidden = report.Entries.Count - shown.Count;
        var more = hidden == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {hidden} more in the report");
        var chart = new StringBuilder()
            .Append("gantt\n")
            .Append(CultureInfo.InvariantCulture, $"    title Stop of {Text(report.Name)}{late}{more}\n")
            .Append("    dateFormat x\n")
            .Append("    axisFormat %M:%S.%L");
        foreach (var section in shown.GroupBy(static row => Parent(row.Path)))
        {
            chart.Append(CultureInfo.InvariantCulture, $"\n    section {Text(section.Key)}");
            foreach (var (_, bars) in section)
                chart.Append(bars);
        }

        return chart.ToString();
    }

    /// <summary>Late ones first, as many as Mermaid takes; then those that ended, as many as make a picture.</summary>
    private static List<(string Path, string Bars)> Shown(StopReport report)
    {
        var rows = new List<(string Path, string Bars)>();
        var length = 0;
        foreach (var entry in report.Late.Concat(report.Entries.Where(static entry => !entry.IsLate)))
        {
            var bars = Bars(entry, report.Elapsed);
            length += bars.Length + Math.Min(Parent(entry.Path).Length, LongestName);
            if (length > MostLength || (!entry.IsLate && rows.Count >= MostRows))
                break;
            rows.Add((entry.Path, bars));
        }

        return rows;
    }

    private static string Bars(StopReportEntry entry, TimeSpan elapsed)
    {
        var bars = new StringBuilder();
        var name = Text(entry.Path[(entry.Path.LastIndexOf('/') + 1)..]);
        if (entry.Restarts > 0)
            name = string.Create(CultureInfo.InvariantCulture, $"{name} (restarts {entry.Restarts})");
        var end = entry.StopDuration is { } duration ? entry.Offset + duration : entry.Offset + (entry.HasEnded ? TimeSpan.Zero : elapsed);
        var observed = entry.StopLatency is { } latency ? entry.Offset + latency : end;
        // The bars of one worker: "asked" until it observed the stop, then its outcome until it ended.
        if (entry.StopLatency is not null)
            Bar("asked", "done", entry.Offset, observed);
        var tag = entry.Outcome is WorkerOutcome.Abandoned or WorkerOutcome.Faulted ? "crit" : "active";
        Bar(entry.IsLate ? "LATE" : entry.Outcome.ToString(), tag, entry.StopLatency is null ? entry.Offset : observed, end);
        return bars.ToString();

        void Bar(string what, string tag, TimeSpan from, TimeSpan to)
        {
            var start = (long)from.TotalMilliseconds;
            // A bar of no length is not drawn.
            bars.Append(
                CultureInfo.InvariantCulture, $"\n    {name} {what} :{tag}, {start}, {Math.Max(start + 1, (long)to.TotalMilliseconds)}");
        }
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var end and >= 0 ? path[..end] : path;

    /// <summary>Makes a name that Mermaid takes for one.</summary>
    private static string Text(string name)
    {
        name = SafeText.Line(name);
        if (name.Length > LongestName)
            name = SafeText.WithoutMiddle(name, head: 28, tail: LongestName - 28 - 3);
        // These end a label or start a comment.
        var text = new string([.. name.Select(static c => c is ':' or ';' or '#' or ',' or '%' ? '_' : c)]);
        return Statement().IsMatch(text) ? $"_{text}" : text;
    }

    // What makes a line something else than a task.
    [GeneratedRegex(
        @"^\s*(accTitle|accDescr|accDescription|axisFormat|call|click|dateFormat|excludes|gantt|href|includes|inclusiveEndDates|"
        + @"section|tickInterval|title|todayMarker|topAxis|vert|weekday|weekend|\d{4}-\d\d-\d\d)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Statement();
}
