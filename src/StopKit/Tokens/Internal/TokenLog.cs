using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The messages of requests and callbacks; docs/operations.md lists their event ids, which never change.</summary>
internal static partial class TokenLog
{
    [LoggerMessage(1001, LogLevel.Debug, "Stop requested: {Reason}")]
    internal static partial void StopRequested(ILogger logger, StopReason reason);

    [LoggerMessage(1002, LogLevel.Information, "Abort requested: {Reason}")]
    internal static partial void AbortRequested(ILogger logger, StopReason reason);

    [LoggerMessage(1003, LogLevel.Error, "A stop callback failed")]
    internal static partial void CallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(1005, LogLevel.Error, "The clock made no timer for a deadline, which runs on the system's clock instead")]
    internal static partial void ClockFailed(ILogger logger, Exception exception);
}
