using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StopKit.Hosting.TestChild;

/// <summary>A worker from dependency injection.</summary>
internal sealed class Printer(ILogger<Printer> logger, IHostStop host) : ThreadWorker("printer")
{
    protected override void Run(StopToken stop)
    {
        stop.Wait();
        if (host.Token.Reason is null || logger is null)
            throw new InvalidOperationException("Injected services say otherwise.");
        Console.WriteLine($"printer: {stop.Reason}");
    }
}

/// <summary>A well-behaved service, which says when it is started and stopped.</summary>
internal sealed class Outer(IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => Console.WriteLine("host: started"));
        lifetime.ApplicationStopping.Register(() => Console.WriteLine("host: stopping"));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine("outer: stopped");
        return Task.CompletedTask;
    }
}

internal sealed class LateService : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new TaskCompletionSource(TaskCreationOptions.None).Task;
}

internal sealed class LateHosted : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => new TaskCompletionSource(TaskCreationOptions.None).Task;
}

internal sealed class Behind : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"behind: asked, cancelled: {cancellationToken.IsCancellationRequested}");
        return Task.CompletedTask;
    }
}

internal sealed class FailingService(IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task;
        throw new InvalidOperationException("no ink");
    }
}

internal sealed class FailingStop : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("cannot stop");
}

internal sealed class FailingStart : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("cannot start");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class StopInStart(IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        cancellationToken.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class SlowStart : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine("slow: starting");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
