using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StopKit.Hosting;

namespace StopKit;

/// <summary>Makes StopKit the way in which a host stops.</summary>
/// <remarks>Not thread-safe: it is for the code that builds a host.</remarks>
public static class StopKitServiceCollectionExtensions
{
    /// <summary>
    /// Makes StopKit the way in which a host stops: signals, one budget for workers and hosted services, a report that
    /// names what is late, and an exit code.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">
    /// Sets the options, after the section <c>StopKit</c> of the configuration was read; null for no change.
    /// </param>
    /// <returns>A builder for the workers. A second call adds to the same.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>
    /// It takes the place of the host's <see cref="IHostLifetime"/> for the console and for systemd, wherever in the
    /// program that is added; that of a Windows service stays. A lifetime of another kind that is added later stays
    /// too, and then the host listens to no signals: it is a part of another process, such as a test.
    /// </remarks>
    public static IStopKitBuilder AddStopKit(this IServiceCollection services, Action<StopKitOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var before = services.LastOrDefault(static service => service.ServiceType == typeof(StopKitBuilder));
        if (before?.ImplementationInstance is not StopKitBuilder builder)
        {
            builder = new StopKitBuilder(services);
            AddOnce(services, builder);
        }

        if (configure is not null)
            services.Configure(configure);
        return builder;
    }

    private static void AddOnce(IServiceCollection services, StopKitBuilder builder)
    {
        services.AddSingleton(builder);
        services.AddSingleton<HostState>();
        services.AddSingleton<HostStop>();
        services.AddSingleton<IHostStop>(static provider => provider.GetRequiredService<HostStop>());
        services.AddSingleton(static provider => new StopKitHostParts(provider));
        services.AddSingleton<IHostedService, StopKitService>();
        if (!HostLifetimes.IsWindowsService(services))
            services.AddSingleton<IHostLifetime, StopKitLifetime>();
        services.AddOptions<StopKitOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<StopKitOptions>>(
            static provider => new StopKitConfiguration(provider.GetService<IConfiguration>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StopKitOptions>, StopKitOptionsCheck>());
        services.AddSingleton<IPostConfigureOptions<HostOptions>, HostOptionsOfStopKit>();
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, HealthLogFilter>();
    }
}
