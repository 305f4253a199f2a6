using Microsoft.Extensions.Hosting;

namespace StopKit.AspNetCore.Tests;

/// <summary>Makes an application a part of the process of the tests, as a WebApplicationFactory does.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
