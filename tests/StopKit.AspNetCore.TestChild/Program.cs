using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StopKit;
using StopKit.AspNetCore.TestChild;

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ApplicationName = "app" });
builder.Logging.ClearProviders();
// A slow client must be the tests' matter alone.
builder.WebHost.ConfigureKestrel(options => options.Limits.MinResponseDataRate = null);
builder.Services.AddStopKit().AddWorker<Database>();
var app = builder.Build();

var (entered, held) = (0, 0);
app.Use(next => context =>
{
    Interlocked.Increment(ref entered);
    return next(context);
});
app.UseWebSockets();
app.UseStopKit(); // counts the requests in flight, and lets them finish
app.MapStopKitReadiness("/ready"); // 200, and 503 from the first signal on
app.MapPost("/jobs", Accept).RefuseWhenStopping(); // 503, Retry-After, Connection: close

app.MapStopKit("/stop"); // the page; here without a policy, so only in Development

app.MapGet("/fast", async (Database database) =>
{
    database.Read();
    await Task.Yield();
    return database.Read();
});
app.MapGet("/slow/{id}", async context =>
{
    Console.WriteLine("slow: in flight");
    await new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task; // follows no token
});
app.MapGet("/held", async context =>
{
    if (Interlocked.Increment(ref held) == int.Parse(context.Request.Query["of"]!))
        Console.WriteLine("held: all in flight");
    await context.GetStopToken(atStop: true).WaitAsync();
    await context.Response.WriteAsync(context.RequestServices.GetRequiredService<Database>().Read());
});
app.MapGet("/obeys", async context =>
{
    var stop = context.GetStopToken();
    Console.WriteLine("obeys: in flight");
    await stop.WaitAsync();
    Console.WriteLine($"obeys: {stop.Stage}, {stop.AbortReason ?? stop.Reason}");
});
app.MapGet("/endless", async context =>
{
    var data = new byte[100_000];
    Console.WriteLine("endless: in flight");
    try
    {
        while (true)
            await context.Response.Body.WriteAsync(data, context.RequestAborted);
    }
    catch (Exception exception) when (exception is OperationCanceledException or IOException)
    {
        Console.WriteLine("endless: cut off");
    }
});
app.MapGet("/events", async context =>
{
    var stop = context.GetStopToken(atStop: true);
    context.Response.ContentType = "text/event-stream";
    await context.Response.WriteAsync("data: hello\n\n");
    await stop.WaitAsync();
    await context.Response.WriteAsync($"data: goodbye, {stop.Reason}\n\n");
});
app.MapGet("/socket", async context =>
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    var stop = context.GetStopToken(atStop: true);
    Console.WriteLine("socket: open");
    await stop.WaitAsync();
    await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, stop.Reason!.Message, stop.Aborting);
});
app.MapGet("/leave", (IHostApplicationLifetime lifetime) =>
{
    lifetime.StopApplication();
    return "goodbye";
});

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"listening: {string.Join(' ', app.Urls)}"));
var code = await app.RunStopKitAsync();
Console.WriteLine($"entered: {entered}");
return code;

static string Accept(Database database) => database.Read();
