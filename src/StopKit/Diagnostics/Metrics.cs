using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>The instruments of the meter <c>StopKit</c>; the README lists them.</summary>
internal static class Metrics
{
    private static readonly Meter Meter = new("StopKit", typeof(Metrics).Assembly.GetName().Version?.ToString(3));

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "stopkit.stop.requests", "{request}", "Stops that were requested, by cause; those that flowed down from a parent do not count.");

    private static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>(
        "stopkit.workers.running", "{worker}", "Workers that were started and have not ended.");

    private static readonly Counter<long> Abandoned = Meter.CreateCounter<long>(
        "stopkit.workers.abandoned", "{worker}", "Workers that somebody stopped waiting for.");

    private static readonly Histogram<double> Latency = Meter.CreateHistogram<double>(
        "stopkit.stop.latency", "s", "Time from the request of a stop to its first observation by the worker.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "stopkit.stop.duration", "s", "Time from the request of a stop to the end of the worker, by outcome.");

    internal static void StopRequested(StopReason reason)
    {
        // The names are made only if somebody listens: a request is otherwise free of allocation here.
        if (Requests.Enabled)
            Requests.Add(1, new KeyValuePair<string, object?>("cause", reason.Cause.ToString()));
    }

    internal static void WorkerStarted() => Running.Add(1);

    internal static void WorkerEnded(WorkerResult result)
    {
        Running.Add(-1);
        if (result.StopLatency is { } latency)
            Latency.Record(latency.TotalSeconds);
        if (result.StopDuration is { } duration && Duration.Enabled)
            Duration.Record(duration.TotalSeconds, new TagList { { "outcome", result.Outcome.ToString() } });
    }

    internal static void WorkerAbandoned() => Abandoned.Add(1);
}
