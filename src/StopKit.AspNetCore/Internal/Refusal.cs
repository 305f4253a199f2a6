using Microsoft.AspNetCore.Http;

namespace StopKit.AspNetCore;

/// <summary>The answer to a request that is not taken any more.</summary>
internal static class Refusal
{
    // Another instance may take it at once; if there is none, this one is back in some seconds at the earliest.
    private const string RetryAfter = "1";

    internal static Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = RetryAfter;
        response.Headers.CacheControl = "no-store";
        CloseConnection(context);
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync("The application is about to stop.\n");
    }

    /// <summary>
    /// Has the connection closed behind the answer, so that the next request comes through the load balancer.
    /// </summary>
    internal static void CloseConnection(HttpContext context)
    {
        // HTTP/2 and 3 have no such header: there the server itself says goodbye at the stop.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
    }
}
