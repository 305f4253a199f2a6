using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>The instruments of groups; docs/operations.md lists them.</summary>
internal static class GroupMetrics
{
    private static readonly LateInstrument<Counter<long>> Restarts = new(static meter => meter.CreateCounter<long>(
        "stopkit.worker.restarts", "{restart}", "Members that their group has made anew and started."));

    internal static void Restarted() => Restarts.Record(1, static (restarts, by) => restarts.Add(by));
}
