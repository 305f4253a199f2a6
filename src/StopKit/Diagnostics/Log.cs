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

    [LoggerMessage(3101, LogLevel.Debug, "{Worker}: Started process {ProcessId}")]
    internal static partial void ChildStarted(ILogger logger, string worker, int processId);

    [LoggerMessage(3102, LogLevel.Information, "{Worker}: Stops process {ProcessId}: {Reason}")]
    internal static partial void ChildStops(ILogger logger, string worker, int processId, StopReason reason);

    [LoggerMessage(3103, LogLevel.Information, "{Worker} {Stream}: {Line}")]
    internal static partial void ChildLine(ILogger logger, string worker, string stream, string line);

    [LoggerMessage(3104, LogLevel.Error, "{Worker}: A callback for {Stream} failed; the first time is logged, and the lines go on")]
    internal static partial void ChildLineFailed(ILogger logger, string worker, string stream, Exception exception);

    [LoggerMessage(3105, LogLevel.Warning,
        "{Worker}: {Stream} did not end with process {ProcessId}: another one holds it open, or the callback does not return; the rest is dropped")]
    internal static partial void ChildOutputHeld(ILogger logger, string worker, string stream, int processId);
}
