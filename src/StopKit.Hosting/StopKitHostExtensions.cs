using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StopKit.Hosting;

namespace StopKit;

/// <summary>Runs a host as a program.</summary>
/// <remarks>Thread-safe; a host runs once.</remarks>
public static class StopKitHostExtensions
{
    /// <summary>Starts the host, waits for its stop, and disposes it.</summary>
    /// <param name="host">The host; its services have <c>AddStopKit</c>.</param>
    /// <param name="cancellationToken">Stops the host, too; none by default.</param>
    /// <returns>
    /// A task that ends with the exit code to return from <c>Main</c>. Whatever it is, if it is not 0 stderr and the
    /// log say why.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="host"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The services of the host do not have <c>AddStopKit</c>.</exception>
    /// <remarks>
    /// <para>The exit codes are those of <see cref="StopApp"/>:</para>
    /// <list type="table">
    /// <listheader><term>code</term><description>when</description></listheader>
    /// <item><term>0</term><description>it was stopped, and all has ended within the grace</description></item>
    /// <item><term>128 + n</term><description>the same by <see cref="StopKitOptions.SignalExitCodes"/>, after signal
    /// n</description></item>
    /// <item><term>1</term><description>the start, a worker or a <c>BackgroundService</c> failed</description></item>
    /// <item><term>the code of an <see cref="ExitException"/></term><description>a worker left by one</description></item>
    /// <item><term>124</term><description>something did not end within the grace</description></item>
    /// <item><term>128 + n</term><description>something did not end before a second signal n</description></item>
    /// </list>
    /// <para>
    /// What has not ended an <see cref="StopKitOptions.AbortPeriod"/> after the abort is named, and the process is
    /// ended here: no code behind this call runs then.
    /// </para>
    /// </remarks>
    public static async Task<int> RunStopKitAsync(this IHost host, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Services.GetService<StopKitBuilder>() is null)
            throw new InvalidOperationException("The services of this host do not have AddStopKit.");
        return await HostProgram.RunAsync(host, cancellationToken).ConfigureAwait(false);
    }
}
