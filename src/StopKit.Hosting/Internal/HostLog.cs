using Microsoft.Extensions.Logging;

namespace StopKit.Hosting;

/// <summary>The messages of hosts; docs/operations.md lists their event ids, which never change.</summary>
internal static partial class HostLog
{
    [LoggerMessage(4001, LogLevel.Information, "{Application}: Started, with {Count} workers")]
    internal static partial void Started(ILogger logger, string application, int count);

    [LoggerMessage(4002, LogLevel.Information, "{Application}: Stops ({Reason})")]
    internal static partial void Stops(ILogger logger, string application, StopReason reason);

    [LoggerMessage(4003, LogLevel.Warning, "HostOptions.ShutdownTimeout is {Timeout}, but StopKit needs {Needed}: the stop is aborted early")]
    internal static partial void ShortTimeout(ILogger logger, TimeSpan timeout, TimeSpan needed);

    [LoggerMessage(4004, LogLevel.Error, "{Text}")]
    internal static partial void Explained(ILogger logger, string text);

    [LoggerMessage(4005, LogLevel.Information, "{Application}: A signal was received; the stop follows in {DrainDelay}")]
    internal static partial void Drains(ILogger logger, string application, TimeSpan drainDelay);
}
