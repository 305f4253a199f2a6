using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace StopKit.AspNetCore;

/// <summary>The page that shows the stop of an application, its JSON, its news, and the request to stop.</summary>
internal sealed class StopPage(IHostStop stop, StopKitHostParts parts, RequestsWorker worker, IHostEnvironment environment)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1); // of news

    private readonly PageForgery _forgery = new();
    private readonly string _application = environment.ApplicationName;

    internal static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string pattern)
    {
        var services = endpoints.ServiceProvider;
        var worker = RequestsWorker.Of(services);
        // Made by the first request: before the host starts, wrong options would be an exception here and no exit code.
        var page = new Lazy<StopPage>(() => new StopPage(
            services.GetRequiredService<IHostStop>(), services.GetRequiredService<StopKitHostParts>(), worker,
            services.GetRequiredService<IHostEnvironment>()));
        var group = endpoints.MapGroup(pattern);
        group.Map("", context => page.Value.AnswerAsync(context, page.Value.PageAsync));
        group.Map("/json", context => page.Value.AnswerAsync(context, page.Value.JsonAsync));
        group.Map("/events", context => page.Value.AnswerAsync(context, page.Value.EventsAsync));
        return group;
    }

    /// <summary>Answers a request, if there is a right to it: without one the page does not exist.</summary>
    private Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        if (!HasPolicy(context.GetEndpoint()) && !environment.IsDevelopment())
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return answer(context);
    }

    // The platform's own middleware has applied it, or refuses to run an endpoint that has one.
    private static bool HasPolicy(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAuthorizeData>() is not null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null;

    private async Task PageAsync(HttpContext context)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsPost(method))
        {
            if (!await _forgery.IsMeantAsync(context).ConfigureAwait(false))
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                await context.Response.WriteAsync("The request has neither the token of the page nor a bearer.\n").ConfigureAwait(false);
                return;
            }

            stop.RequestStop(context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name }
                ? $"requested by {name}" : "requested on the page");
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD, POST";
            return;
        }

        await (WantsJson(context.Request) ? JsonAsync(context) : HtmlAsync(context)).ConfigureAwait(false);
    }

    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    private Task HtmlAsync(HttpContext context)
    {
        var (field, token) = _forgery.Protect(context);
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
            + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        var address = $"{context.Request.PathBase}{context.Request.Path}".TrimEnd('/');
        return context.Response.WriteAsync(PageHtml.Page(State(), address, field, token, nonce));
    }

    private Task JsonAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, State(), PageJson.Default.PageState, context.RequestAborted);
    }

    /// <summary>
    /// Sends the state again and again, also while the application stops, until it is the turn of the web server itself.
    /// </summary>
    private async Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // or nginx would keep the news until there is more of it
        // The stop does not wait for those that watch it. Without UseStopKit it does, and so they end with the first news of it.
        var isWatcher = context.Features.Get<RequestInFlight>() is { } request && worker.Requests.Watch(request);
        using var end = StopSource.LinkedTo(isWatcher ? parts.ServicesToken : stop.Token);
        using var gone = context.RequestAborted.UnsafeRegister(static end => ((StopSource)end!).RequestStop(), end);
        try
        {
            do
                await SendAsync(context, News()).ConfigureAwait(false);
            while (!await end.Token.WaitAsync(Period).ConfigureAwait(false));
            await SendAsync(context, $"{News()}event: end\ndata:\n\n").ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser has left the page.
        }
    }

    private string News() => $"data: \"{JsonEncodedText.Encode(PageHtml.State(State()))}\"\n\n";

    private static Task SendAsync(HttpContext context, string text) => context.Response.WriteAsync(text, context.RequestAborted);

    private PageState State() => PageState.Of(stop, _application, worker.Requests.Count);
}
