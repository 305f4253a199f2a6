using System.Text.Json.Serialization;

namespace StopKit.AspNetCore;

/// <summary>What the page and its JSON show: how the application and its workers are.</summary>
/// <param name="Application">The name of the application.</param>
/// <param name="Stage">Running, Draining, Stopping or Aborting.</param>
/// <param name="IsReady">True if it takes work from outside.</param>
/// <param name="Reason">Why it stops; null if it does not.</param>
/// <param name="AbortReason">Why it was aborted; null if it was not.</param>
/// <param name="SecondsToAbort">What is left of the grace; null if no abort is due.</param>
/// <param name="Requests">How many requests are in flight, without those of the page that wait for news.</param>
/// <param name="Workers">The workers and hosted services, in the order of their groups.</param>
internal sealed record PageState(
    string Application,
    string Stage,
    bool IsReady,
    string? Reason,
    string? AbortReason,
    double? SecondsToAbort,
    int Requests,
    IReadOnlyList<PageWorker> Workers)
{
    internal static PageState Of(IHostStop stop, string application, int requests)
    {
        var token = stop.Token;
        var stage = token.Stage == StopStage.Running && stop.IsDraining ? "Draining" : token.Stage.ToString();
        var toAbort = token.Stage == StopStage.Stopping ? token.TimeToAbort : Timeout.InfiniteTimeSpan;
        return new PageState(
            application,
            stage,
            stop.IsReady,
            token.Reason?.ToString(),
            token.AbortReason?.ToString(),
            toAbort == Timeout.InfiniteTimeSpan ? null : Math.Round(toAbort.TotalSeconds, 1),
            requests,
            [.. stop.Report.Entries.Select(PageWorker.Of)]);
    }
}

/// <summary>How one worker is.</summary>
/// <param name="Path">The names from the root to it.</param>
/// <param name="State">Its outcome; Running, Restarting or Late if it has not ended.</param>
/// <param name="Restarts">How often it was restarted.</param>
/// <param name="StopLatency">From the request of its stop to its observation, in seconds; null if there was none.</param>
/// <param name="StopDuration">From the request to its end, in seconds, or until now if it is late.</param>
/// <param name="LastCheckpoint">Where it was last seen.</param>
/// <param name="Detail">What it says of itself.</param>
/// <param name="Exception">What it threw.</param>
internal sealed record PageWorker(
    string Path,
    string State,
    int Restarts,
    double? StopLatency,
    double? StopDuration,
    string? LastCheckpoint,
    string? Detail,
    string? Exception)
{
    internal static PageWorker Of(StopReportEntry entry) => new(
        entry.Path,
        entry.IsRestarting ? "Restarting" : entry.Outcome == WorkerOutcome.Abandoned ? "Late" : entry.Outcome.ToString(),
        entry.Restarts,
        entry.StopLatency?.TotalSeconds,
        entry.StopDuration?.TotalSeconds,
        entry.LastCheckpoint?.ToString(),
        entry.Detail,
        entry.Exception is { } exception ? $"{exception.GetType().Name}: {exception.Message}" : null);
}

/// <summary>Writes the state as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PageState))]
internal sealed partial class PageJson : JsonSerializerContext;
