using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using StopKit;
using StopKit.Hosting.TestChild;

// How to run the host (stopkit, host-run, plain), what is in it, and arguments for its configuration.
var (way, scenario) = (args[0], args[1]);
var builder = Host.CreateApplicationBuilder(args[2..]);
builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(options =>
{
    options.SingleLine = true;
    options.ColorBehavior = LoggerColorBehavior.Disabled;
});
var services = builder.Services;
services.AddHostedService<Outer>(); // stops last
switch (scenario)
{
    case "late-service" or "late-behind":
        services.AddHostedService<Behind>();
        services.AddHostedService<LateService>();
        break;
    case "late-hosted":
        services.AddHostedService<Behind>();
        services.AddHostedService<LateHosted>();
        break;
    case "failing-service":
        services.AddHostedService<FailingService>();
        break;
    case "failing-stop":
        services.AddHostedService<FailingStop>();
        break;
    case "failing-start":
        services.AddHostedService<FailingStart>();
        break;
    case "stop-in-start":
        services.AddHostedService<StopInStart>();
        break;
    case "slow-start":
        services.AddHostedService<SlowStart>();
        break;
    case "short-timeout":
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(7));
        break;
}

if (way != "plain")
    AddWorkers(services.AddStopKit(), scenario);
if (scenario is "systemd")
{
    // As UseSystemd does it, which looks whether systemd is the parent.
    services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
    services.AddSingleton<IHostLifetime, SystemdLifetime>();
}

var host = builder.Build();
if (way == "stopkit")
    return await host.RunStopKitAsync();
host.Run();
return Environment.ExitCode;

static void AddWorkers(IStopKitBuilder workers, string scenario)
{
    if (scenario == "batch")
    {
        workers.AddWorker("job", (_, _) => Say("job: done"), order: 0);
        return;
    }

    workers.AddWorker<Printer>(order: 0);
    workers.AddWorker("poller", PollAsync, order: 1);
    switch (scenario)
    {
        case "late-worker":
            workers.AddWorker("stuck", async (_, stop) =>
            {
                stop.Checkpoint();
                await Say("stuck: running");
                await new TaskCompletionSource(TaskCreationOptions.None).Task;
            }, order: 2);
            break;
        case "failing-worker":
            workers.AddWorker("fragile", (_, _) => throw new InvalidOperationException("no paper"), order: 2);
            break;
        case "exit":
            workers.AddWorker("leaver", (provider, _) =>
            {
                provider.GetRequiredService<IHostStop>().RequestStop("the leaver has left");
                throw new ExitException(42);
            }, order: 2);
            break;
        case "stop-application":
            workers.AddWorker("stopper", async (provider, stop) =>
            {
                provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                await stop.WaitAsync();
            }, order: 2);
            break;
        case "draining":
            workers.AddWorker("watcher", async (provider, stop) =>
            {
                var host = provider.GetRequiredService<IHostStop>();
                while (!host.IsDraining && !await stop.WaitAsync(TimeSpan.FromMilliseconds(10)))
                {
                    // It looks again.
                }

                await Say($"watcher: draining, stopped: {stop.IsStopRequested}");
                await stop.WaitAsync();
            }, order: 2);
            break;
    }
}

static async Task PollAsync(IServiceProvider provider, StopToken stop)
{
    await Say("poller: running");
    await stop.WaitAsync();
    await Say($"poller: {stop.Reason}");
}

static Task Say(string line)
{
    Console.WriteLine(line);
    return Task.CompletedTask;
}
