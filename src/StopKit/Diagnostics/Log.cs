using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The messages StopKit logs; the README lists their event ids, which never change.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Debug, "Stop requested: {Reason}")]
    internal static partial void StopRequested(ILogger logger, StopReason reason);

    [LoggerMessage(1002, LogLevel.Information, "Abort requested: {Reason}")]
    internal static partial void AbortRequested(ILogger logger, StopReason reason);

    [LoggerMessage(1003, LogLevel.Error, "A stop callback failed")]
    internal static partial void CallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(2001, LogLevel.Debug, "{Worker}: Started")]
    internal static partial void WorkerStarted(ILogger logger, string worker);

    [LoggerMessage(2002, LogLevel.Information, "{Result}")]
    internal static partial void WorkerFinished(ILogger logger, WorkerResult result);

    [LoggerMessage(2003, LogLevel.Error, "{Worker}: Faulted")]
    internal static partial void WorkerFaulted(ILogger logger, string worker, Exception exception);

    [LoggerMessage(2004, LogLevel.Warning, "{Result}")]
    internal static partial void WorkerAbandoned(ILogger logger, WorkerResult result);

    [LoggerMessage(2005, LogLevel.Information, "Abandoned, but ended later: {Result}")]
    internal static partial void AbandonedWorkerEnded(ILogger logger, WorkerResult result);

    [LoggerMessage(2006, LogLevel.Warning, "{Worker}: Restarts in {Pause}")]
    internal static partial void WorkerRestarts(ILogger logger, string worker, TimeSpan pause);

    [LoggerMessage(3001, LogLevel.Debug, "Process {ProcessId}: Asked to stop by {Signal}")]
    internal static partial void ProcessAsked(ILogger logger, int processId, string signal);

    [LoggerMessage(3002, LogLevel.Information, "{Result}")]
    internal static partial void ProcessStopped(ILogger logger, ProcessStopResult result);

    [LoggerMessage(3003, LogLevel.Warning, "Process {ProcessId}: Descendants were killed: {Descendants}")]
    internal static partial void DescendantsKilled(ILogger logger, int processId, string descendants);

    [LoggerMessage(3004, LogLevel.Warning, "Not confirmed: {Result}")]
    internal static partial void ProcessEndNotConfirmed(ILogger logger, ProcessStopResult result);
}
