using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StopKit.Hosting;

namespace StopKit;

/// <summary>Adds the health of workers to the health checks of a host.</summary>
/// <remarks>Not thread-safe: it is for the code that builds a host.</remarks>
public static class StopKitHealthCheckExtensions
{
    /// <summary>The tag of the readiness check: <c>ready</c>.</summary>
    public const string ReadyTag = "ready";

    /// <summary>
    /// Adds two checks: <c>stopkit</c>, the health of the workers, and <c>stopkit-ready</c> with the tag
    /// <see cref="ReadyTag"/>, for a readiness probe.
    /// </summary>
    /// <param name="builder">The health checks of a host whose services have <c>AddStopKit</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>
    /// <para>
    /// <c>stopkit</c> is healthy while all workers run or have ended well, degraded while one waits for its restart,
    /// and unhealthy when one has failed for good or is late. Its data has an entry for each path: state, restarts,
    /// last checkpoint.
    /// </para>
    /// <para>
    /// <c>stopkit-ready</c> is unhealthy until the host has started and all workers are ready, and from the first
    /// signal on. While it is, and that is on purpose, the host logs no error for it.
    /// </para>
    /// </remarks>
    public static IHealthChecksBuilder AddStopKit(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .Add(new HealthCheckRegistration(
                "stopkit", static services => new WorkerHealth(services.GetRequiredService<IHostStop>()), failureStatus: null, tags: null))
            .Add(new HealthCheckRegistration(
                "stopkit-ready", static services => new Readiness(services.GetRequiredService<HostState>()), null, [ReadyTag]));
    }
}
