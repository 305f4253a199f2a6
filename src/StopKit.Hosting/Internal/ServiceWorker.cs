using Microsoft.Extensions.Hosting;

namespace StopKit.Hosting;

/// <summary>
/// Stands for a hosted service that the host runs: so it has its line in the report, its turn in the stop, and is named
/// if it is late.
/// </summary>
/// <remarks>
/// <code>
/// starting ──the host has started──▶ ready ──asked──▶ stopping ──StopAsync and ExecuteTask have ended──▶ ended
///                                      └──ExecuteTask fails──▶ Faulted
/// </code>
/// It calls nothing of the service: the host starts and stops it.
/// </remarks>
internal sealed class ServiceWorker : AsyncWorker
{
    private readonly IHostedService _service;
    private readonly bool _isWatched;
    private readonly Action<string, Exception>? _failed;
    private readonly TaskCompletionSource _hostStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping; // read by the thread that ends the host's stop

    /// <param name="service">The service.</param>
    /// <param name="isWatched">False if the host's calls of StopAsync are not seen.</param>
    /// <param name="failed">Called when a background service fails by itself; null if that means nothing.</param>
    internal ServiceWorker(IHostedService service, bool isWatched, Action<string, Exception>? failed)
        : base(NameOf(service.GetType()), new WorkerOptions { ReportsReady = true, ReadyLimit = Timeout.InfiniteTimeSpan })
    {
        _service = service;
        _isWatched = isWatched;
        _failed = failed;
    }

    /// <summary>Gets a task that ends when it is the service's turn to stop, or it has nothing to stop.</summary>
    internal Task Asked => _asked.Task;

    private Task? ExecuteTask => (_service as BackgroundService)?.ExecuteTask;

    /// <summary>Called when the host has started all services.</summary>
    internal void OnHostStarted() => _hostStarted.TrySetResult();

    /// <summary>Called before StopAsync of the service is.</summary>
    internal void OnStopping() => _isStopping = true;

    /// <summary>
    /// Called when the host's stop has ended, or there is none: nothing is known of a stop that was not seen.
    /// </summary>
    internal void OnHostStopped()
    {
        if (!_isStopping)
            OnStopped(exception: null);
    }

    /// <summary>Called when StopAsync of the service has ended.</summary>
    internal void OnStopped(Exception? exception)
    {
        if (exception is null)
            _stopped.TrySetResult();
        else
            _stopped.TrySetException(exception);
        _ = _stopped.Task.Exception; // the host has the exception as well, also if this worker is not there to look at it
    }

    protected override async Task RunAsync(StopToken stop)
    {
        var asked = stop.WaitAsync().AsTask();
        await Task.WhenAny(_hostStarted.Task, asked).ConfigureAwait(false);
        ReportReady();
        await UntilAskedAsync(asked).ConfigureAwait(false);
        _asked.TrySetResult();
        if (_isWatched || ExecuteTask is null)
            await _stopped.Task.ConfigureAwait(false);
        // After a StopAsync that did not wait, or has given up, it may still run. What it throws at the stop is its fault.
        if (ExecuteTask is { } execute)
            await execute.ConfigureAwait(_failed is null ? ConfigureAwaitOptions.SuppressThrowing : ConfigureAwaitOptions.None);
    }

    // Also if it was never run, so that nothing waits for its turn.
    protected override Task CleanUpAsync(StopToken shielded)
    {
        _asked.TrySetResult();
        return Task.CompletedTask;
    }

    private async Task UntilAskedAsync(Task asked)
    {
        if (_failed is not null && ExecuteTask is { } execute)
        {
            await Task.WhenAny(execute, asked).ConfigureAwait(false);
            if (!asked.IsCompleted && !execute.IsCompletedSuccessfully)
            {
                // One that was cancelled without a stop has failed as well, as in the host.
                _failed(Name, execute.Exception?.InnerException ?? new TaskCanceledException(execute));
                await execute.ConfigureAwait(false);
            }
        }

        await asked.ConfigureAwait(false);
    }

    // Of a generic type without the number that the runtime puts behind its name.
    private static string NameOf(Type type) => type.Name.Split('`')[0];
}
