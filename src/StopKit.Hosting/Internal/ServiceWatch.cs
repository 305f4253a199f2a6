using Microsoft.Extensions.Hosting;

namespace StopKit.Hosting;

/// <summary>The hosted services of a host but StopKit's own, each with the worker that stands for it.</summary>
/// <remarks>
/// <para>
/// A host says nowhere which service it is stopping, and gives all of them one token, which a late one uses up. It
/// keeps its services in the array that dependency injection has made and, as they are singletons, gives to each that
/// asks. So for the moment in which the host reads that array to stop them, each service is replaced there by a
/// <see cref="WatchedService"/>. The host reads it again for nothing else, and others may never see it, for the first
/// call puts the services back.
/// </para>
/// <para>
/// Where each caller gets a collection of its own, as from another container, or if a service was added as an instance,
/// nothing is replaced. A late <see cref="BackgroundService"/> is then still named, because its task is known; of all
/// others it is only known when the host has stopped.
/// </para>
/// </remarks>
internal sealed class ServiceWatch
{
    private readonly IHostedService[]? _ofHost;
    private readonly List<(IHostedService Service, ServiceWorker Worker)> _services;
    private IHostedService[]? _before; // while the array holds others

    /// <param name="services">The services, as the host got them.</param>
    /// <param name="again">The same, asked for once more: another collection if the host's is not to be had.</param>
    /// <param name="failed">Called when a background service fails by itself; null if that means nothing.</param>
    internal ServiceWatch(IEnumerable<IHostedService> services, IEnumerable<IHostedService> again, Action<string, Exception>? failed)
    {
        _ofHost = ReferenceEquals(services, again) ? services as IHostedService[] : null;
        _services = [.. services.Where(static service => service is not StopKitService)
            .Select(service => (service, new ServiceWorker(service, isWatched: _ofHost is not null, failed)))];
    }

    internal IEnumerable<ServiceWorker> Workers => _services.Select(static entry => entry.Worker);

    /// <summary>
    /// Puts the workers into a group: later services stop first, or all at once if the host is to do so.
    /// </summary>
    internal void AddTo(WorkerGroup group, bool isConcurrent)
    {
        for (var index = 0; index < _services.Count; index++)
            group.Add(_services[index].Worker, isConcurrent ? 0 : index);
    }

    /// <summary>Called before the host reads its services to stop them.</summary>
    /// <param name="over">Ends when no service is waited for any more.</param>
    /// <param name="aborting">Is cancelled at the abort.</param>
    internal void Begin(Task over, CancellationToken aborting)
    {
        if (_ofHost is null || Interlocked.Exchange(ref _before, [.. _ofHost]) is not null)
            return;
        var next = over; // of the first service, which stops last
        foreach (var (service, worker) in _services)
        {
            _ofHost[Array.IndexOf(_ofHost, service)] = new WatchedService(service, worker, Task.WhenAny(next, over), Restore, aborting);
            next = worker.Asked;
        }
    }

    /// <summary>Puts the services back.</summary>
    internal void Restore()
    {
        if (_ofHost is not null && Interlocked.Exchange(ref _before, null) is { } before)
            before.CopyTo(_ofHost, 0);
    }
}
