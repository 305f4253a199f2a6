using Microsoft.Extensions.Hosting;

namespace StopKit.Hosting;

/// <summary>
/// Takes the place of the host's own lifetime. It does nothing: signals are heard by <see cref="HostStop"/>, whichever
/// lifetime the host has.
/// </summary>
internal sealed class StopKitLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
