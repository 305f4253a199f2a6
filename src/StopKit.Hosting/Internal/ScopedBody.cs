using Microsoft.Extensions.DependencyInjection;

namespace StopKit.Hosting;

/// <summary>Runs a body with the services of a scope of its own, as a request has one.</summary>
internal static class ScopedBody
{
    internal static async Task RunAsync(IServiceProvider services, Func<IServiceProvider, StopToken, Task> body, StopToken stop)
    {
        var scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
            await body(scope.ServiceProvider, stop).ConfigureAwait(false);
    }

    internal static void Run(IServiceProvider services, Action<IServiceProvider, StopToken> body, StopToken stop)
    {
        var scope = services.CreateAsyncScope();
        try
        {
            body(scope.ServiceProvider, stop);
        }
        finally
        {
            scope.DisposeAsync().AsTask().GetAwaiter().GetResult(); // a service in it may know no other way
        }
    }
}
