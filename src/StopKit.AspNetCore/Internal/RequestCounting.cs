using Microsoft.AspNetCore.Http;

namespace StopKit.AspNetCore;

/// <summary>The middleware: each request is counted from here to its end.</summary>
internal sealed class RequestCounting(RequestDelegate next, RequestsWorker worker, IHostStop host)
{
    internal Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<RequestInFlight>() is not null)
            return next(context); // UseStopKit was called twice, or the pipeline runs again for a page that explains an error
        if (host.IsDraining)
            Refusal.CloseConnection(context);
        var request = new RequestInFlight(context, worker.Now);
        return worker.Requests.TryEnter(request) ? RunAsync(context, request) : Refusal.AnswerAsync(context);
    }

    private async Task RunAsync(HttpContext context, RequestInFlight request)
    {
        context.Features.Set(request);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            worker.Requests.Leave(request, worker.Now);
            await request.EndAsync().ConfigureAwait(false);
        }
    }
}
