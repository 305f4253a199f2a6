using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>The message of the <see cref="BackgroundWriter"/> about itself.</summary>
internal static partial class WriterLog
{
    [LoggerMessage(1004, LogLevel.Warning, "{Count} log entries of StopKit were dropped: the logger did not keep up")]
    internal static partial void EntriesDropped(ILogger logger, int count);
}
