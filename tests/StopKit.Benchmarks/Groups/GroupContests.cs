using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace StopKit.Benchmarks;

/// <summary>The stop of many asynchronous workers that belong together.</summary>
internal static class GroupContests
{
    private const int Workers = 1000;

    internal static IEnumerable<Contest> All()
    {
        yield return new()
        {
            Works = ["group of 1 000 async workers: stop"],
            StopKit = new("StopKit", static () => RunGroupAsync().GetAwaiter().GetResult()),
            Others = [new("a Generic Host of `BackgroundService`s", static () => RunHostAsync().GetAwaiter().GetResult(), 0.5)],
        };
    }

    private static async Task<Measurement[]> RunGroupAsync()
    {
        using var running = new CountdownEvent(Workers);
        var group = new WorkerGroup("group");
        for (var i = 0; i < Workers; i++)
        {
            group.Add("worker", async stop =>
            {
                running.Signal();
                await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            });
        }

        group.Start();
        running.Wait();
        var start = Stopwatch.GetTimestamp();
        await group.StopAsync();
        return [new(Stopwatch.GetElapsedTime(start).TotalNanoseconds)];
    }

    private static async Task<Measurement[]> RunHostAsync()
    {
        using var running = new CountdownEvent(Workers);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        for (var i = 0; i < Workers; i++)
            builder.Services.AddSingleton<IHostedService>(new Service(running));
        using var host = builder.Build();
        await host.StartAsync();
        running.Wait();
        var start = Stopwatch.GetTimestamp();
        await host.StopAsync();
        return [new(Stopwatch.GetElapsedTime(start).TotalNanoseconds)];
    }

    private sealed class Service(CountdownEvent running) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            running.Signal();
            // Not thrown: that would make it many times slower.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
