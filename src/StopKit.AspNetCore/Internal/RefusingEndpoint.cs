using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace StopKit.AspNetCore;

/// <summary>Marks an endpoint that takes no requests once the host is about to stop.</summary>
internal sealed class RefusingEndpoint
{
    private static readonly RefusingEndpoint Mark = new();

    internal static bool IsOn(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<RefusingEndpoint>() is not null;

    internal static void AddTo(EndpointBuilder endpoint)
    {
        endpoint.Metadata.Add(Mark);
        if (endpoint.RequestDelegate is not { } next)
            return;
        // Here, and not in a middleware: it comes after authorization, and needs no UseStopKit.
        endpoint.RequestDelegate = context => context.RequestServices.GetRequiredService<IHostStop>().IsDraining
            ? Refusal.AnswerAsync(context)
            : next(context);
    }
}
