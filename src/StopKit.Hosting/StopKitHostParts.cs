using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;
using StopKit.Hosting;

namespace StopKit;

/// <summary>
/// Lets a server that the host runs take part in the stop: for the package StopKit.AspNetCore, and for the integration
/// of another server.
/// </summary>
/// <remarks>
/// A singleton of the host's services. Programs add their workers by <see cref="StopKitBuilderExtensions"/>. Adding is
/// not thread-safe, and is for the time before the host starts; the rest is thread-safe.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StopKitHostParts
{
    private readonly IServiceProvider _services;
    private readonly List<Worker> _workers = [];

    internal StopKitHostParts(IServiceProvider services) => _services = services;

    /// <summary>
    /// Gets the token that stops when all workers have ended, or have used up their time, and it is the turn of the
    /// host's services.
    /// </summary>
    public StopToken ServicesToken => _services.GetRequiredService<HostStop>().ServicesToken;

    internal IReadOnlyList<Worker> Workers => _workers;

    /// <summary>Adds a worker that brings work from outside: it starts after all others, and stops before them.</summary>
    /// <typeparam name="T">The worker. The host has one of each type.</typeparam>
    /// <param name="make">Makes the worker; called at once, unless there is one of this type.</param>
    /// <returns>The worker of this type.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="make"/> is null.</exception>
    /// <remarks>
    /// It is not one of those whose end <see cref="StopKitOptions.StopHostWhenCompleted"/> waits for. If it fails, the
    /// host stops.
    /// </remarks>
    public T GetOrAdd<T>(Func<T> make)
        where T : Worker
    {
        ArgumentNullException.ThrowIfNull(make);
        if (_workers.OfType<T>().FirstOrDefault() is { } before)
            return before;
        var worker = make();
        _workers.Add(worker);
        return worker;
    }
}
