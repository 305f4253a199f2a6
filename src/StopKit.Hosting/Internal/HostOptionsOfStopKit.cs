using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace StopKit.Hosting;

/// <summary>Fits the options of the host to those of StopKit, after the program has set both.</summary>
internal sealed class HostOptionsOfStopKit(IOptions<StopKitOptions> stopKit, HostState state, StopKitBuilder builder)
    : IPostConfigureOptions<HostOptions>
{
    /// <summary>For what a host does beside its services: callbacks, the log, its own end.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DefaultTimeout = new HostOptions().ShutdownTimeout;

    public void PostConfigure(string? name, HostOptions options)
    {
        TakeOverFailures(options);
        if (Needed() is not { } needed)
            return;
        if (options.ShutdownTimeout == DefaultTimeout)
            options.ShutdownTimeout = needed;
        else if (options.ShutdownTimeout >= TimeSpan.Zero && (needed == Timeout.InfiniteTimeSpan || options.ShutdownTimeout < needed))
            state.ShortTimeout = options.ShutdownTimeout;
    }

    /// <summary>
    /// How long the host's stop may take; null if the options are wrong, which the start of the host says.
    /// </summary>
    internal static TimeSpan NeededBy(StopKitOptions options)
    {
        TimeSpan[] parts = [options.DrainDelay, options.Grace, options.AbortPeriod, Margin];
        return Array.Exists(parts, static part => part == Timeout.InfiniteTimeSpan)
            ? Timeout.InfiniteTimeSpan
            : parts.Aggregate(TimeSpan.Zero, static (sum, part) => sum + part);
    }

    private TimeSpan? Needed()
    {
        try
        {
            return NeededBy(stopKit.Value);
        }
        catch (OptionsValidationException)
        {
            return null; // these options are asked for while the host is built, where an exception would be no exit code
        }
    }

    /// <summary>
    /// Leaves a <c>BackgroundService</c> that fails to StopKit, which stops the host with the failure as its reason.
    /// The host would stop without one, with another exit code in each of its versions.
    /// </summary>
    private void TakeOverFailures(HostOptions options)
    {
        state.ServiceFailureStops = options.BackgroundServiceExceptionBehavior == BackgroundServiceExceptionBehavior.StopHost;
        if (builder.HasOnlySingletons)
            options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
    }
}
