using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>The instruments of workers; docs/operations.md lists them.</summary>
internal static class WorkerMetrics
{
    private static readonly LateInstrument<UpDownCounter<long>> Running = new(static meter => meter.CreateUpDownCounter<long>(
        "stopkit.workers.running", "{worker}", "Workers that were started and have not ended."));

    private static readonly LateInstrument<Counter<long>> AbandonedWorkers = new(static meter => meter.CreateCounter<long>(
        "stopkit.workers.abandoned", "{worker}", "Workers that a stop gave up waiting for."));

    private static readonly LateInstrument<Histogram<double>> Latency = new(static meter => meter.CreateHistogram<double>(
        "stopkit.stop.latency", "s", "Time from the request of a stop to its first observation by the worker."));

    private static readonly LateInstrument<Histogram<double>> Duration = new(static meter => meter.CreateHistogram<double>(
        "stopkit.stop.duration", "s", "Time from the request of a stop to the end of the worker, by outcome."));

    internal static void Started() => Running.Record(1, static (running, by) => running.Add(by));

    internal static void Ended(WorkerResult result)
    {
        Running.Record(-1, static (running, by) => running.Add(by));
        if (result.StopLatency is { } time)
            Latency.Record(time, static (latency, time) => latency.Record(time.TotalSeconds));
        if (result.StopDuration is not null)
        {
            Duration.Record(result, static (duration, result) => duration.Record(
                result.StopDuration!.Value.TotalSeconds, new KeyValuePair<string, object?>("outcome", result.Outcome.ToString())));
        }
    }

    internal static void Abandoned() => AbandonedWorkers.Record(1, static (abandoned, by) => abandoned.Add(by));
}
