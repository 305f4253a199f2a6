using Microsoft.Extensions.Hosting;

namespace StopKit.Hosting;

/// <summary>
/// What the host calls instead of a service at its stop: it waits for the service's turn, and lets the host go on to
/// the next one when the turn of that has come, so that a late service starves none.
/// </summary>
/// <remarks>Its StartAsync is not called: the host has started.</remarks>
internal sealed class WatchedService(IHostedService service, ServiceWorker worker, Task mayGoOn, Action begins, CancellationToken aborting)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => service.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        begins();
        await Task.WhenAny(worker.Asked, worker.Completion).ConfigureAwait(false);
        var stopping = StopServiceAsync(cancellationToken);
        if (worker.State == WorkerState.Running)
            await Task.WhenAny(worker.Completion, mayGoOn).ConfigureAwait(false);
        else
            await stopping.ConfigureAwait(false); // no worker stands for it, so nothing but the host's own token bounds it
        if (stopping.IsCompleted)
            await stopping.ConfigureAwait(false);
    }

    private async Task StopServiceAsync(CancellationToken ofHost)
    {
        worker.OnStopping();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ofHost, aborting);
        try
        {
            await service.StopAsync(linked.Token).ConfigureAwait(false);
            worker.OnStopped(exception: null);
        }
        catch (Exception exception)
        {
            worker.OnStopped(exception);
            throw;
        }
    }
}
