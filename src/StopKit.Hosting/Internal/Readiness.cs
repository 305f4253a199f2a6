using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StopKit.Hosting;

/// <summary>Says whether the host takes work from outside.</summary>
internal sealed class Readiness(HostState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (state.IsReady)
            return Task.FromResult(HealthCheckResult.Healthy());
        var text = state.IsStopping ? "The host is about to stop." : "The host, or one of its workers, is not ready yet.";
        return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, text));
    }
}
