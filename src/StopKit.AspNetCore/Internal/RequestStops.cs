using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace StopKit.AspNetCore;

/// <summary>The stop sources of one request, made when they are asked for.</summary>
internal sealed class RequestStops : IDisposable
{
    private readonly StopToken _host;
    private readonly CancellationToken _requestAborted;
    private readonly List<IDisposable> _registrations = [];
    private StopSource? _atAbort;
    private StopSource? _atStop;

    private RequestStops(StopToken host, CancellationToken requestAborted) => (_host, _requestAborted) = (host, requestAborted);

    internal static RequestStops Of(HttpContext context)
    {
        if (context.Features.Get<RequestStops>() is { } before)
            return before;
        var host = context.RequestServices.GetService<IHostStop>()
            ?? throw new InvalidOperationException("The services of this application do not have AddStopKit.");
        var stops = new RequestStops(host.Token, context.RequestAborted);
        context.Features.Set(stops);
        context.Response.RegisterForDispose(stops);
        return stops;
    }

    internal StopToken Get(bool atStop) => (atStop ? _atStop ??= MakeAtStop() : _atAbort ??= MakeAtAbort()).Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _atAbort?.Dispose();
        _atStop?.Dispose();
    }

    private StopSource MakeAtStop() => FollowClient(StopSource.LinkedTo(_host));

    private StopSource MakeAtAbort()
    {
        var source = new StopSource();
        _registrations.Add(_host.OnAbort(static (source, reason) => ((StopSource)source!).RequestAbort(reason), source));
        return FollowClient(source);
    }

    private StopSource FollowClient(StopSource source)
    {
        // The abort of the application cuts the connection, too, and must be the reason whichever is heard of first.
        _registrations.Add(_requestAborted.UnsafeRegister(
            _ => _ = _host.IsAbortRequested
                ? source.RequestAbort(_host.AbortReason)
                : source.RequestStop("the client has gone away"),
            null));
        return source;
    }
}
