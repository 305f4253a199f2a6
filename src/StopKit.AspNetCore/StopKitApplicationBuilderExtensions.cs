using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using StopKit.AspNetCore;

namespace StopKit;

/// <summary>Makes the requests of a web application a part of its stop.</summary>
/// <remarks>Not thread-safe: it is for the code that builds an application.</remarks>
public static class StopKitApplicationBuilderExtensions
{
    /// <summary>
    /// Counts the requests in flight, and lets them finish within the grace before the workers that they use are
    /// stopped.
    /// </summary>
    /// <param name="app">The application; its services have <c>AddStopKit</c>.</param>
    /// <returns>The application.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The services of the application do not have <c>AddStopKit</c>.
    /// </exception>
    /// <remarks>
    /// <para>
    /// Call it before anything else that handles requests. At the stop the server takes no more connections; requests in
    /// flight go on. At the abort those that are left are cut off: their <c>RequestAborted</c> is cancelled, and their
    /// connections are closed. The report names what was late, or was cut off, by method and route:
    /// <c>app/requests: GET /slow/{id}, 6 s</c>.
    /// </para>
    /// <para>
    /// While the drain delay runs all requests are served, but each answer closes its HTTP/1 connection, so that clients
    /// come back through the load balancer. A stop before all workers are ready leaves the server to the host, which
    /// stops it after the workers. A second call changes nothing.
    /// </para>
    /// </remarks>
    public static IApplicationBuilder UseStopKit(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ApplicationServices;
        var worker = RequestsWorker.Of(services);
        return app.Use(next => new RequestCounting(next, worker, services.GetRequiredService<IHostStop>()).InvokeAsync);
    }
}
