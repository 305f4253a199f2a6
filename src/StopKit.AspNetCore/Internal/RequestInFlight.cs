using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace StopKit.AspNetCore;

/// <summary>A request from its begin to its end.</summary>
/// <remarks>
/// <code>
/// running ──EndAsync──▶ ended
///    └──Abort──▶ aborting ──the server has done it──▶ EndAsync may end
/// </code>
/// A server uses the context of a request that has ended for the next one. So an abort that has begun holds the end of
/// its request up, and after the end there is none.
/// </remarks>
internal sealed class RequestInFlight(HttpContext context, long startedAt)
{
    private const int Running = 0;
    private const int Aborting = 1;
    private const int Ended = 2;

    private readonly string _method = context.Request.Method;
    private readonly PathString _path = context.Request.Path;
    private readonly IEndpointFeature? _routing = context.Features.Get<IEndpointFeature>(); // its endpoint may be found later
    private TaskCompletionSource? _aborted;
    private int _state; // changed by compare-and-exchange alone: either the abort or the end comes first

    /// <summary>Gets when it began, as a timestamp of the worker's clock.</summary>
    internal long StartedAt { get; } = startedAt;

    /// <summary>
    /// Gets method and route. The values in a route may be secret, so the path itself is only for what has no route.
    /// </summary>
    /// <remarks>Not after the end: what is read here is the server's.</remarks>
    internal string Name =>
        $"{_method} {(_routing?.Endpoint is RouteEndpoint { RoutePattern.RawText: { Length: > 0 } route } ? Rooted(route) : _path.Value)}";

    /// <summary>Cuts the request off, unless it has ended.</summary>
    internal void Abort()
    {
        _aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); // published by the exchange
        if (Interlocked.CompareExchange(ref _state, Aborting, Running) != Running)
            return;
        try
        {
            context.Abort();
        }
        finally
        {
            _aborted.SetResult();
        }
    }

    /// <summary>Ends it; the task ends when no abort uses its context any more.</summary>
    internal Task EndAsync() =>
        Interlocked.CompareExchange(ref _state, Ended, Running) == Running ? Task.CompletedTask : _aborted!.Task;

    private static string Rooted(string route) => route.StartsWith('/') ? route : $"/{route}";
}
