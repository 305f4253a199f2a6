using System.Globalization;
using System.Text;

namespace StopKit;

/// <summary>Writes a report as a table that a person reads at a glance.</summary>
internal static class StopReportTable
{
    private const int Columns = 80;
    private const int MostRows = 40; // about what a terminal shows; late ones are always shown
    private const int LongestPath = 1000; // of a late one, which is worth a long line, but not a screen
    private const string NoTime = "-";
    private const string DetailIndent = "      ";

    internal static string Of(StopReport report)
    {
        var text = new StringBuilder();
        var summary = $": {Summary(report)}";
        text.Append(Shorten(SafeText.Line(report.Name), Columns - summary.Length)).Append(summary);
        if (report.Entries.Count > 0)
            text.Append('\n').Append(Columnize("outcome", "observed", "ended")).Append("worker");
        var inOrder = report.Entries.OrderBy(static entry => Weight(entry.Outcome)).ToList();
        var shown = inOrder.TakeWhile((entry, row) => !entry.HasEnded || row < MostRows).ToList();
        foreach (var entry in shown)
            AppendRow(text.Append('\n'), entry);

        var rest = inOrder.Skip(shown.Count).ToList();
        if (rest.Count > 0)
        {
            var kinds = rest.GroupBy(static entry => entry.Outcome).Select(static kind => $"{kind.Count()} {kind.Key}");
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"  ... and {rest.Count} more: {string.Join(", ", kinds)}");
        }

        if (report.Forgotten.Count > 0)
        {
            var kinds = report.Forgotten.OrderBy(static kind => kind.Key).Select(static kind => $"{kind.Value} {kind.Key}");
            text.Append('\n')
                .Append(CultureInfo.InvariantCulture, $"  ... and {report.Forgotten.Values.Sum()} before the stop: ")
                .AppendJoin(", ", kinds);
        }

        return text.ToString();
    }

    private static string Summary(StopReport report)
    {
        var count = report.Entries.Count;
        var after = DurationText.ShortDuration(report.Elapsed);
        if (report.IsComplete)
            return $"all {count} ended after {after}";
        var running = report.Entries.Count(static entry => !entry.HasEnded);
        return report.Late.All(static entry => entry.Reason is null)
            ? $"{running} of {count} running"
            : $"{report.Late.Count} of {count} LATE after {after}";
    }

    private static void AppendRow(StringBuilder text, StopReportEntry entry)
    {
        // Without a reason it was not asked to stop, or, of a thread, that cannot be known: it runs, and that is all.
        var outcome = !entry.HasEnded
            ? (entry.IsLate && entry.Reason is not null ? "LATE" : "running")
            : entry.ExitCode is { } code ? $"{entry.Outcome} {code}"
            : entry.Outcome.ToString();
        var ended = !entry.HasEnded || entry.StopDuration is not { } duration ? NoTime : DurationText.ShortDuration(duration);
        var observed = entry.StopLatency is { } latency ? DurationText.ShortDuration(latency) : NoTime;
        var row = Columnize(outcome, observed, ended);
        var restarts = entry.Restarts > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({entry.Restarts} restarts)") : "";
        var path = SafeText.Line(entry.Path) + (entry.Restarts == 1 ? " (1 restart)" : restarts);
        var isWhole = !entry.HasEnded || entry.Detail is not null;
        if (entry.Detail is not null)
            path += $": {entry.Detail}";
        text.Append(row).Append(Shorten(path, isWhole ? LongestPath : Columns - row.Length));
        if (!entry.HasEnded && entry.LastCheckpoint is { } checkpoint)
            AppendDetail(text, $"last seen: {checkpoint}");
        if (entry.Exception is { } exception and not ExitException)
            AppendDetail(text, $"{exception.GetType().Name}: {exception.Message}");
    }

    private static void AppendDetail(StringBuilder text, string detail) =>
        text.Append('\n').Append(DetailIndent).Append(Shorten(SafeText.Line(detail), Columns - DetailIndent.Length));

    private static string Columnize(string outcome, string observed, string ended) => $"  {outcome,-12} {observed,9} {ended,10}  ";

    // The ends of a path say most: where it hangs, and what it is.
    private static string Shorten(string text, int most) =>
        text.Length <= most ? text : SafeText.WithoutMiddle(text, head: (most - 3) / 2, tail: most - 3 - ((most - 3) / 2));

    private static int Weight(WorkerOutcome outcome) => outcome switch
    {
        WorkerOutcome.Abandoned => 0,
        WorkerOutcome.Running => 1,
        WorkerOutcome.Faulted => 2,
        WorkerOutcome.Aborted => 3,
        WorkerOutcome.Exited => 4,
        _ => 5,
    };
}
