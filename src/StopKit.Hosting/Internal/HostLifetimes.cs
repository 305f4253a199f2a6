using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace StopKit.Hosting;

/// <summary>What StopKit does about the lifetimes of a host that others bring.</summary>
internal static class HostLifetimes
{
    private const string Console = "Microsoft.Extensions.Hosting.Internal.ConsoleLifetime";
    private const string Systemd = "Microsoft.Extensions.Hosting.Systemd.SystemdLifetime";
    private const string WindowsService = "Microsoft.Extensions.Hosting.WindowsServices.WindowsServiceLifetime";

    internal static bool IsWindowsService(IServiceCollection services) =>
        services.LastOrDefault(static service => service.ServiceType == typeof(IHostLifetime))
            ?.ImplementationType?.FullName == WindowsService;

    /// <summary>
    /// Takes the signals from a lifetime that was added after StopKit's own, which its dispose does: it would stop the
    /// host at the first signal, without the drain delay.
    /// </summary>
    /// <returns>True if signals are StopKit's to hear; false if the host is a part of something else.</returns>
    internal static bool TakeOver(IHostLifetime lifetime)
    {
        if (lifetime is StopKitLifetime)
            return true;
        if (lifetime.GetType().FullName is not (Console or Systemd))
            return false;
        (lifetime as IDisposable)?.Dispose();
        return true;
    }

    /// <summary>Gives the exit code to the service manager of Windows, if the host is its service.</summary>
    internal static void TellExitCode(IHostLifetime lifetime, int code)
    {
        // Its base class is in a package that others need not have.
        var service = Type.GetType("System.ServiceProcess.ServiceBase, System.ServiceProcess.ServiceController", throwOnError: false);
        if (service?.IsInstanceOfType(lifetime) == true)
            service.GetProperty("ExitCode", BindingFlags.Public | BindingFlags.Instance)?.SetValue(lifetime, code);
    }
}
