using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StopKit.Hosting;

/// <summary>A host from its start to its end, as a program with an exit code.</summary>
internal static class HostProgram
{
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(3);

    internal static async Task<int> RunAsync(IHost host, CancellationToken cancellationToken)
    {
        try
        {
            return await StartAndStopAsync(host, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (host is IAsyncDisposable disposable)
                await disposable.DisposeAsync().ConfigureAwait(false);
            else
                host.Dispose();
        }
    }

    private static async Task<int> StartAndStopAsync(IHost host, CancellationToken cancellationToken)
    {
        HostStop? stop = null;
        try
        {
            stop = host.Services.GetRequiredService<HostStop>(); // throws if the options are wrong
            stop.RunAsProgram();
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever the start throws becomes an exit code and a message
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // A stop during the start cancels what is left of it, which is no failure.
            var isStop = exception is OperationCanceledException && (stop?.IsDraining == true || cancellationToken.IsCancellationRequested);
            await StopAsync(host).ConfigureAwait(false); // what was started is stopped
            if (!isStop)
                ExplainFailure(host, stop, exception);
            return isStop ? stop?.ExitCode ?? 0 : 1;
        }

        await StopAfterAsync(host.WaitForShutdownAsync(cancellationToken)).ConfigureAwait(false);
        return stop.ExitCode ?? 0;
    }

    private static Task StopAsync(IHost host) => StopAfterAsync(host.StopAsync(CancellationToken.None));

    /// <summary>Awaits a stop of the host.</summary>
    /// <remarks>
    /// What a service throws at its stop is a fault of the worker that stands for it, and so in the exit code and in
    /// the report; the host has logged it, too.
    /// </remarks>
    private static async Task StopAfterAsync(Task stopping) => await stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static void ExplainFailure(IHost host, HostStop? stop, Exception exception)
    {
        var name = stop?.Application ?? host.Services.GetService<IHostEnvironment>()?.ApplicationName ?? "app";
        // Of wrong options the message says all; the stack is the host's.
        var text = exception is OptionsValidationException wrong
            ? string.Join('\n', wrong.Failures.Append($"Exit code 1: {name} was not started."))
            : $"{name} failed to start: {exception}";
        HostLog.Explained(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("StopKit.Hosting"), text);
        // On a thread of its own, because a stderr that is not read blocks.
        var writer = new Thread(() => Console.Error.WriteLine(text)) { IsBackground = true, Name = "StopKit stderr" };
        writer.Start();
        writer.Join(LastWordsLimit);
    }
}
