using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using StopKit.AspNetCore;

namespace StopKit;

/// <summary>Endpoints that tell of the stop of an application, or follow it.</summary>
/// <remarks>Not thread-safe: it is for the code that builds an application.</remarks>
public static class StopKitEndpointExtensions
{
    private static readonly string[] ReadMethods = ["GET", "HEAD"];

    /// <summary>Maps a readiness probe for a load balancer or Kubernetes.</summary>
    /// <param name="endpoints">The application; its services have <c>AddStopKit</c>.</param>
    /// <param name="pattern">The route; <c>/ready</c> by default.</param>
    /// <returns>The endpoint, for conventions such as <c>AllowAnonymous</c>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// It answers 200, and 503 until the host has started and all workers are ready, and from the first signal on,
    /// through the drain delay. The body says which of these it is.
    /// </remarks>
    public static IEndpointConventionBuilder MapStopKitReadiness(this IEndpointRouteBuilder endpoints, string pattern = "/ready")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        return endpoints.MapMethods(pattern, ReadMethods, Readiness.AnswerAsync).WithDisplayName("StopKit readiness");
    }

    /// <summary>
    /// Maps a page that shows the stop of the application: its workers and requests, what is left of the grace, and a
    /// button to stop it.
    /// </summary>
    /// <param name="endpoints">The application; its services have <c>AddStopKit</c>.</param>
    /// <param name="pattern">The route; <c>/stop</c> by default.</param>
    /// <returns>The endpoints, for conventions such as <c>RequireAuthorization</c>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The services of the application do not have <c>AddStopKit</c>.
    /// </exception>
    /// <remarks>
    /// <para>
    /// Without <c>RequireAuthorization</c> all of it answers 404, unless the environment is Development. It names
    /// workers, routes and exceptions, so its policy should admit operators alone.
    /// </para>
    /// <para>
    /// GET gives the page, or JSON to what accepts that, as <c>/stop/json</c> always does; <c>/stop/events</c> has the
    /// news as server-sent events, also while the application stops. POST requests the stop and answers 202, if it has
    /// the token of the page against forged requests, or a bearer in <c>Authorization</c>; 400 otherwise.
    /// </para>
    /// </remarks>
    public static IEndpointConventionBuilder MapStopKit(this IEndpointRouteBuilder endpoints, string pattern = "/stop")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        return StopPage.Map(endpoints, pattern);
    }

    /// <summary>Refuses new requests to an endpoint from the first signal on, or from a stop without one.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of endpoints; the services have <c>AddStopKit</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>
    /// For what begins long work. The answer is 503 with <c>Retry-After</c> and, in HTTP/1, <c>Connection: close</c>, so
    /// that the client tries again at another instance. Requests that came before go on;
    /// <see cref="StopKitHttpContextExtensions.GetStopToken(Microsoft.AspNetCore.Http.HttpContext)"/> tells them of the
    /// stop.
    /// </remarks>
    public static TBuilder RefuseWhenStopping<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(RefusingEndpoint.AddTo);
        return builder;
    }
}
