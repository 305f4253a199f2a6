// An ASP.NET Core application as one worker: it takes requests until the stop, finishes those in flight, and stops before what it uses.
// Run: dotnet run samples/web-app.cs -- --urls http://127.0.0.1:5080, then press Ctrl+C
#:sdk Microsoft.NET.Sdk.Web
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10)); // within StopKit's grace of 30 s
builder.Services.AddSingleton<IHostLifetime, NoSignals>(); // or the host would stop at the first signal, out of its order
var web = builder.Build();
web.MapGet("/slow", async () =>
{
    Console.WriteLine("web: a slow request");
    await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
    return "done";
});

using var app = new WorkerGroup("app");
app.Add(new Database(), order: 0); // stops after the requests that use it
app.Add("web", async stop =>
{
    await web.RunAsync(stop);
    app.RequestStop(StopReason.HostStopping()); // if the host ends by itself, so does the rest
}, order: 1);
return await StopApp.RunAsync(app, new ShutdownOptions { DrainDelay = TimeSpan.FromSeconds(0.2) }); // Kubernetes needs some seconds

internal sealed class Database() : ThreadWorker("database")
{
    protected override void Run(StopToken stop) => stop.Wait();

    protected override void CleanUp(StopToken shielded) => Console.WriteLine("database: closed");
}

internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
