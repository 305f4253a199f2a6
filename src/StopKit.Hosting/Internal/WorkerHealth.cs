using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StopKit.Hosting;

/// <summary>Says how the workers of a host are, each by its path.</summary>
internal sealed class WorkerHealth(IHostStop stop) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var entries = stop.Report.Entries;
        // Two members never have one path, but a group that has no running member has a line beside those of its members.
        var data = entries.DistinctBy(static entry => entry.Path).ToDictionary(static entry => entry.Path, DataOf);
        var failed = entries.Where(HasFailed).ToList();
        var restarting = entries.Where(static entry => entry.IsRestarting).ToList();
        var (status, about) = (failed.Count, restarting.Count) switch
        {
            ( > 0, _) => (context.Registration.FailureStatus, failed),
            (_, > 0) => (HealthStatus.Degraded, restarting),
            _ => (HealthStatus.Healthy, []),
        };
        var text = string.Join(", ", about.Select(static entry => $"{entry.Path}: {StateOf(entry)}"));
        return Task.FromResult(new HealthCheckResult(status, text.Length == 0 ? null : text, about.FirstOrDefault()?.Exception, data));
    }

    private static bool HasFailed(StopReportEntry entry) =>
        entry is { IsRestarting: false, Outcome: WorkerOutcome.Faulted or WorkerOutcome.Abandoned };

    private static string StateOf(StopReportEntry entry) => entry.IsRestarting ? "Restarting" : entry.Outcome.ToString();

    private static object DataOf(StopReportEntry entry) => new Dictionary<string, object?>
    {
        ["state"] = StateOf(entry),
        ["restarts"] = entry.Restarts,
        ["lastCheckpoint"] = entry.LastCheckpoint?.ToString(),
    };
}
