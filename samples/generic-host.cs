// A worker service: workers in a Generic Host, with one stop, one budget, one report and one exit code for all in it.
// Run: dotnet run samples/generic-host.cs, then press Ctrl+C
#:project ../src/StopKit/StopKit.csproj
#:project ../src/StopKit.Hosting/StopKit.Hosting.csproj
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StopKit;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddHostedService<Greeter>(); // whatever the host has else: it stops after the workers, with what is left of the grace
builder.Services.AddSingleton<Api>();
builder.Services.AddStopKit(options => options.Grace = TimeSpan.FromSeconds(20)) // also bound to the section "StopKit"
    .AddWorker<Printer>(order: 0) // from dependency injection, as a singleton; starts first and stops last
    .AddWorker("poller", (services, stop) => PollAsync(services.GetRequiredService<Api>(), stop), order: 1);
builder.Services.AddHealthChecks().AddStopKit();
return await builder.Build().RunStopKitAsync();

static async Task PollAsync(Api api, StopToken stop)
{
    while (!await stop.WaitAsync(TimeSpan.FromSeconds(0.2)))
        await api.PollAsync();
    Console.WriteLine($"poller: {stop.Reason}");
}

internal sealed class Api(Printer printer)
{
    private int _count;

    internal async Task PollAsync() => await printer.PostAsync($"job {++_count}");
}

internal sealed class Printer() : QueueWorker<string>("printer")
{
    protected override Task HandleAsync(string item, StopToken stop)
    {
        Console.WriteLine($"printer: {item}");
        return Task.CompletedTask;
    }

    protected override Task CleanUpAsync(StopToken shielded)
    {
        Console.WriteLine($"printer: put away, {Count} jobs left");
        return Task.CompletedTask;
    }
}

internal sealed class Greeter : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine("greeter: goodbye");
    }
}
