using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace StopKit.Hosting;

/// <summary>What the program has added to its host; one for all calls of <c>AddStopKit</c>.</summary>
internal sealed class StopKitBuilder(IServiceCollection services) : IStopKitBuilder
{
    public IServiceCollection Services => services;

    internal List<WorkerRegistration> Workers { get; } = [];

    /// <summary>
    /// Gets a value indicating whether each hosted service is one and the same instance whenever it is asked for, so
    /// that it can be watched.
    /// </summary>
    internal bool HasOnlySingletons => Services.All(
        static service => service.ServiceType != typeof(IHostedService) || service.Lifetime == ServiceLifetime.Singleton);

    internal static StopKitBuilder Of(IStopKitBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder as StopKitBuilder
            ?? throw new ArgumentException("This is no builder that AddStopKit has returned.", nameof(builder));
    }

    internal StopKitBuilder Add(Func<IServiceProvider, Worker> make, MemberOptions options)
    {
        Workers.Add(new WorkerRegistration(make, options));
        return this;
    }
}

/// <summary>A worker that the program has added.</summary>
internal sealed record WorkerRegistration(Func<IServiceProvider, Worker> Make, MemberOptions Options);
