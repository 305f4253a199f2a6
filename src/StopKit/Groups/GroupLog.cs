using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The messages of groups; docs/operations.md lists their event ids, which never change.</summary>
internal static partial class GroupLog
{
    [LoggerMessage(2006, LogLevel.Warning, "{Worker}: Restarts in {Pause}")]
    internal static partial void MemberRestarts(ILogger logger, string worker, TimeSpan pause);

    [LoggerMessage(2007, LogLevel.Warning, "{Worker}: Restart waits for the end of {Count} late")]
    internal static partial void RestartWaits(ILogger logger, string worker, int count);

    [LoggerMessage(2008, LogLevel.Error, "{Worker}: A handler of MemberRestarted failed")]
    internal static partial void HandlerFailed(ILogger logger, string worker, Exception exception);
}
