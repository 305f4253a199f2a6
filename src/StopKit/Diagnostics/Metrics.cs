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

    // The names are made only if somebody listens: a request is otherwise free of allocation here.
    internal static void StopRequested(StopReason reason) =>
        Measure(Requests, reason, static reason => Requests.Add(1, new KeyValuePair<string, object?>("cause", reason.Cause.ToString())));

    internal static void WorkerStarted() => Measure(Running, 1, static by => Running.Add(by));

    internal static void WorkerEnded(WorkerResult result)
    {
        Measure(Running, -1, static by => Running.Add(by));
        if (result.StopLatency is { } latency)
            Measure(Latency, latency, static latency => Latency.Record(latency.TotalSeconds));
        if (result.StopDuration is not null)
        {
            Measure(Duration, result, static result => Duration.Record(
                result.StopDuration!.Value.TotalSeconds, new KeyValuePair<string, object?>("outcome", result.Outcome.ToString())));
        }
    }

    internal static void WorkerAbandoned() => Measure(Abandoned, 1, static by => Abandoned.Add(by));

    private static void Measure<T>(Instrument instrument, T value, Action<T> measure)
    {
        if (!instrument.Enabled)
            return;
        try
        {
            measure(value);
        }
#pragma warning disable CA1031 // a listener runs in here: like a log, a broken one must not keep a program from stopping
        catch (Exception)
#pragma warning restore CA1031
        {
            // There is nowhere to report it.
        }
    }
}
