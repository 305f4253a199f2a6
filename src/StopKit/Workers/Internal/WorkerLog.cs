using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The messages of workers; docs/operations.md lists their event ids, which never change.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(2001, LogLevel.Debug, "{Worker}: Started")]
    internal static partial void Started(ILogger logger, string worker);

    [LoggerMessage(2002, LogLevel.Information, "{Result}")]
    internal static partial void Finished(ILogger logger, WorkerResult result);

    [LoggerMessage(2003, LogLevel.Error, "{Worker}: Faulted")]
    internal static partial void Faulted(ILogger logger, string worker, Exception exception);

    [LoggerMessage(2004, LogLevel.Warning, "{Result}")]
    internal static partial void Abandoned(ILogger logger, WorkerResult result);

    // Follows each 2004 in the end: instead of 2002, and after 2003 with the same exception if it faulted.
    [LoggerMessage(2005, LogLevel.Information, "Abandoned, but ended later: {Result}")]
    internal static partial void AbandonedEnded(ILogger logger, WorkerResult result, Exception? exception);
}
