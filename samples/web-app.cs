// An ASP.NET Core application: at the stop it takes no more requests, finishes those in flight, and then stops what they use.
// Run: dotnet run samples/web-app.cs -- --urls http://127.0.0.1:5080, then press Ctrl+C
#:sdk Microsoft.NET.Sdk.Web
#:project ../src/StopKit/StopKit.csproj
#:project ../src/StopKit.Hosting/StopKit.Hosting.csproj
#:project ../src/StopKit.AspNetCore/StopKit.AspNetCore.csproj
using StopKit;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddStopKit(options => options.DrainDelay = TimeSpan.FromSeconds(0.2)) // Kubernetes needs some seconds
    .AddWorker<Database>(order: 0)
    .AddWorker<Mailer>(order: 1);
var app = builder.Build();

app.UseStopKit(); // counts the requests in flight, and lets them finish
app.MapStopKitReadiness("/ready"); // 200, and 503 from the first signal on
app.MapPost("/jobs", Accept).RefuseWhenStopping(); // 503, Retry-After, Connection: close
app.MapStopKit("/stop"); // a page that shows the stop; without RequireAuthorization only in Development
app.MapGet("/slow", async (Database database) =>
{
    Console.WriteLine("web: a slow request");
    await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
    return database.Read();
});
app.MapGet("/events", async context =>
{
    var stop = context.GetStopToken(atStop: true); // stops at the stop, or when the client goes away
    for (var count = 1; !await stop.WaitAsync(TimeSpan.FromSeconds(1)); count++)
        await context.Response.WriteAsync($"data: {count}\n\n");
    await context.Response.WriteAsync($"data: goodbye, {stop.Reason}\n\n");
});
return await app.RunStopKitAsync();

static async Task<IResult> Accept(string to, Mailer mailer) =>
    await mailer.PostAsync(to) ? Results.Accepted() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);

internal sealed class Mailer() : QueueWorker<string>("mailer")
{
    protected override Task HandleAsync(string item, StopToken stop)
    {
        Console.WriteLine($"mailer: to {item}");
        return Task.CompletedTask;
    }
}

internal sealed class Database() : ThreadWorker("database")
{
    private volatile bool _isClosed;

    internal string Read() => _isClosed ? throw new InvalidOperationException("The database is closed.") : "done";

    protected override void Run(StopToken stop) => stop.Wait();

    protected override void CleanUp(StopToken shielded)
    {
        _isClosed = true;
        Console.WriteLine("database: closed");
    }
}
