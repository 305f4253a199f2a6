using Microsoft.Extensions.Hosting;

namespace StopKit.Hosting;

/// <summary>Lets the host's start and stop drive those of StopKit.</summary>
internal sealed class StopKitService(HostStop stop) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        stop.Begin();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        stop.OnHostStarted();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => stop.StopWorkersAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => stop.EndAsync();
}
