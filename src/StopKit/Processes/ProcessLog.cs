using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The messages of process stops; docs/operations.md lists their event ids, which never change.</summary>
internal static partial class ProcessLog
{
    [LoggerMessage(3001, LogLevel.Debug, "Process {ProcessId}: Asked to stop by {Signal}")]
    internal static partial void Asked(ILogger logger, int processId, string signal);

    [LoggerMessage(3002, LogLevel.Information, "{Result}")]
    internal static partial void Stopped(ILogger logger, ProcessStopResult result);

    [LoggerMessage(3003, LogLevel.Warning, "Process {ProcessId}: Descendants were killed: {Descendants}")]
    internal static partial void DescendantsKilled(ILogger logger, int processId, string descendants);

    [LoggerMessage(3004, LogLevel.Warning, "Not confirmed: {Result}")]
    internal static partial void EndNotConfirmed(ILogger logger, ProcessStopResult result);
}
