using Microsoft.Extensions.DependencyInjection;

namespace StopKit;

/// <summary>
/// Adds workers to a host; <see cref="StopKitServiceCollectionExtensions.AddStopKit"/> makes it, and
/// <see cref="StopKitBuilderExtensions"/> has the methods.
/// </summary>
/// <remarks>Not thread-safe: it is for the code that builds a host.</remarks>
public interface IStopKitBuilder
{
    /// <summary>Gets the services of the host.</summary>
    IServiceCollection Services { get; }
}
