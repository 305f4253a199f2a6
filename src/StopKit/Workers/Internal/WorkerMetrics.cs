using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>The instruments of workers; docs/operations.md lists them.</summary>
internal static class WorkerMetrics
{
    private static readonly UpDownCounter<long> Running = StopKitMeter.Meter.CreateUpDownCounter<long>(
        "stopkit.workers.running", "{worker}", "Workers that were started and have not ended.");

    private static readonly Counter<long> AbandonedWorkers = StopKitMeter.Meter.CreateCounter<long>(
        "stopkit.workers.abandoned", "{worker}", "Workers that a stop gave up waiting for.");

    private static readonly Histogram<double> Latency = StopKitMeter.Meter.CreateHistogram<double>(
        "stopkit.stop.latency", "s", "Time from the request of a stop to its first observation by the worker.");

    private static readonly Histogram<double> Duration = StopKitMeter.Meter.CreateHistogram<double>(
        "stopkit.stop.duration", "s", "Time from the request of a stop to the end of the worker, by outcome.");

    internal static void Started() => StopKitMeter.Record(Running, 1, static by => Running.Add(by));

    internal static void Ended(WorkerResult result)
    {
        StopKitMeter.Record(Running, -1, static by => Running.Add(by));
        if (result.StopLatency is { } latency)
            StopKitMeter.Record(Latency, latency, static latency => Latency.Record(latency.TotalSeconds));
        if (result.StopDuration is not null)
        {
            StopKitMeter.Record(Duration, result, static result => Duration.Record(
                result.StopDuration!.Value.TotalSeconds, new KeyValuePair<string, object?>("outcome", result.Outcome.ToString())));
        }
    }

    internal static void Abandoned() => StopKitMeter.Record(AbandonedWorkers, 1, static by => AbandonedWorkers.Add(by));
}
