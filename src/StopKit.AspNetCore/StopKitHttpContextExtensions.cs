using Microsoft.AspNetCore.Http;
using StopKit.AspNetCore;

namespace StopKit;

/// <summary>Tells a request when to stop.</summary>
/// <remarks>To be called by the code of the request, as all of <see cref="HttpContext"/>; the tokens are thread-safe.</remarks>
public static class StopKitHttpContextExtensions
{
    /// <summary>
    /// Gets the token of a request: it stops when the client goes away, and aborts when the application does.
    /// </summary>
    /// <param name="context">The request; its services have <c>AddStopKit</c>.</param>
    /// <returns>
    /// The token. Of an endpoint with <see cref="StopKitEndpointExtensions.RefuseWhenStopping"/> it also stops when the
    /// application does.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The services of the application do not have <c>AddStopKit</c>.
    /// </exception>
    /// <remarks>
    /// A request may finish while the application stops, so it need not hear of that. After the end of the request the
    /// token keeps its last state.
    /// </remarks>
    public static StopToken GetStopToken(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetStopToken(RefusingEndpoint.IsOn(context.GetEndpoint()));
    }

    /// <summary>Gets the token of a request, and says whether it stops when the application does.</summary>
    /// <param name="context">The request; its services have <c>AddStopKit</c>.</param>
    /// <param name="atStop">
    /// True for a request that lives until its client or the application ends it (server-sent events, WebSockets,
    /// SignalR): it stops at the stop, and can say goodbye. False: only at the abort.
    /// </param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The services of the application do not have <c>AddStopKit</c>.
    /// </exception>
    public static StopToken GetStopToken(this HttpContext context, bool atStop)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RequestStops.Of(context).Get(atStop);
    }
}
