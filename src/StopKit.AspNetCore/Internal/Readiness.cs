using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace StopKit.AspNetCore;

/// <summary>Answers a readiness probe.</summary>
internal static class Readiness
{
    internal static Task AnswerAsync(HttpContext context)
    {
        var stop = context.RequestServices.GetRequiredService<IHostStop>();
        var isReady = stop.IsReady;
        var response = context.Response;
        response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.WriteAsync(isReady ? "ready\n" : stop.IsDraining ? "stopping\n" : "not ready\n");
    }
}
