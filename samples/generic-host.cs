// A Generic Host as one worker beside StopKit's own: one stop, one grace, one report and one exit code for all of them.
// Run: dotnet run samples/generic-host.cs, then press Ctrl+C
#:project ../src/StopKit/StopKit.csproj
#:package Microsoft.Extensions.Hosting
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StopKit;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddHostedService<Greeter>();
builder.Services.AddSingleton<IHostLifetime, NoSignals>(); // or the host would stop at the first signal, out of its order
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10)); // within StopKit's grace of 30 s

using var app = new WorkerGroup("app");
app.Add("poller", PollAsync, order: 0);
app.Add("host", async stop =>
{
    await builder.Build().RunAsync(stop);
    app.RequestStop(StopReason.HostStopping()); // if the host ends by itself, so does the rest
}, order: 1);
return await StopApp.RunAsync(app);

static async Task PollAsync(StopToken stop)
{
    while (!await stop.WaitAsync(TimeSpan.FromSeconds(0.2)))
        Console.WriteLine("poller: polling");
    Console.WriteLine($"poller: {stop.Reason}");
}

internal sealed class Greeter : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine("greeter: hello");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine("greeter: goodbye");
    }
}

internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
