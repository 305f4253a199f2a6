using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>The instruments of requests; docs/operations.md lists them.</summary>
internal static class TokenMetrics
{
    private static readonly LateInstrument<Counter<long>> Requests = new(static meter => meter.CreateCounter<long>(
        "stopkit.stop.requests", "{request}", "Stops that were requested, by cause; those that flowed down from a parent do not count."));

    internal static void StopRequested(StopReason reason) => Requests.Record(
        reason, static (requests, reason) => requests.Add(1, new KeyValuePair<string, object?>("cause", reason.Cause.ToString())));
}
