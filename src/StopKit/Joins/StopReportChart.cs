using System.Globalization;
using System.Text;

namespace StopKit;

/// <summary>Writes a report as a Mermaid Gantt chart.</summary>
/// <remarks>Times are written as milliseconds since the first request, which Mermaid reads by <c>dateFormat x</c> as times of day of 1970-01-01.</remarks>
internal static class StopReportChart
{
    private const int MostRows = 100; // a chart with more is no picture; who is late is always shown

    internal static string Of(StopReport report)
    {
        var late = report.IsComplete ? "" : string.Create(CultureInfo.InvariantCulture, $", {report.Late.Count} of {report.Entries.Count} late");
        var chart = new StringBuilder()
            .Append("gantt\n")
            .Append(CultureInfo.InvariantCulture, $"    title Stop of {Text(report.Name)}{late}\n")
            .Append("    dateFormat x\n")
            .Append("    axisFormat %M:%S.%L");
        var shown = report.Late.Concat(report.Entries.Where(static entry => !entry.IsLate)).TakeWhile((entry, row) => entry.IsLate || row < MostRows).ToList();
        foreach (var group in shown.GroupBy(static entry => Parent(entry.Path)))
        {
            chart.Append(CultureInfo.InvariantCulture, $"\n    section {Text(group.Key)}");
            foreach (var entry in group)
                Append(chart, entry, report.Elapsed);
        }

        var hidden = report.Entries.Count - shown.Count;
        if (hidden > 0)
            chart.Append(CultureInfo.InvariantCulture, $"\n    section and {hidden} more that ended");
        return chart.ToString();
    }

    private static void Append(StringBuilder chart, StopReportEntry entry, TimeSpan elapsed)
    {
        var name = Text(entry.Path[(entry.Path.LastIndexOf('/') + 1)..]);
        var end = entry.StopDuration is { } duration ? entry.Offset + duration : entry.Offset + (entry.IsLate ? elapsed : TimeSpan.Zero);
        var observed = entry.StopLatency is { } latency ? entry.Offset + latency : end;
        // The bars of one worker: "asked" until it observed the stop, then its outcome until it ended.
        if (entry.StopLatency is not null)
            Bar($"{name} asked", "done", entry.Offset, observed);
        var tag = entry.Outcome is WorkerOutcome.Abandoned or WorkerOutcome.Faulted ? "crit" : "active";
        Bar($"{name} {(entry.IsLate ? "LATE" : entry.Outcome)}", tag, entry.StopLatency is null ? entry.Offset : observed, end);

        void Bar(string label, string tag, TimeSpan from, TimeSpan to)
        {
            var start = (long)from.TotalMilliseconds;
            // A bar of no length is not drawn.
            chart.Append(CultureInfo.InvariantCulture, $"\n    {label} :{tag}, {start}, {Math.Max(start + 1, (long)to.TotalMilliseconds)}");
        }
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var end and >= 0 ? path[..end] : path;

    // These end a label or start a comment in Mermaid.
    private static string Text(string name) => new([.. name.Select(static c => c is ':' or ';' or '#' or ',' or '%' or '\n' or '\r' ? '_' : c)]);
}
