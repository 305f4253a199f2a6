using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The messages of process workers; docs/operations.md lists their event ids, which never change.</summary>
internal static partial class ChildLog
{
    [LoggerMessage(3101, LogLevel.Debug, "{Worker}: Started process {ProcessId}")]
    internal static partial void Started(ILogger logger, string worker, int processId);

    [LoggerMessage(3102, LogLevel.Information, "{Worker}: Stops process {ProcessId}: {Reason}")]
    internal static partial void Stops(ILogger logger, string worker, int processId, StopReason reason);

    [LoggerMessage(3103, LogLevel.Information, "{Worker} {Stream}: {Line}")]
    internal static partial void Line(ILogger logger, string worker, string stream, string line);

    [LoggerMessage(3104, LogLevel.Error, "{Worker}: A callback for {Stream} failed; the first time is logged, and the lines go on")]
    internal static partial void LineFailed(ILogger logger, string worker, string stream, Exception exception);

    [LoggerMessage(3105, LogLevel.Warning,
        "{Worker}: {Stream} did not end with process {ProcessId}: another one holds it open, or the callback does not return; the rest is dropped")]
    internal static partial void OutputHeld(ILogger logger, string worker, string stream, int processId);

    [LoggerMessage(3106, LogLevel.Warning, "{Worker}: The program setsid was not found: Ctrl+C of a terminal reaches process {ProcessId} before it is asked")]
    internal static partial void NoOwnGroup(ILogger logger, string worker, int processId);
}
