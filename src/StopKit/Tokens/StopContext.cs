using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <summary>What a source and its children share: the clock and the log.</summary>
internal class StopContext(TimeProvider time, ILogger logger)
{
    internal static readonly StopContext Default = new(TimeProvider.System, NullLogger.Instance);

    internal TimeProvider Time { get; } = time;

    internal ILogger Logger { get; } = logger;

    internal static StopContext For(TimeProvider? time, ILogger? logger) =>
        time is null && logger is null ? Default : new StopContext(time ?? TimeProvider.System, Guard(logger));

    internal static ILogger Guard(ILogger? logger) => logger is null ? NullLogger.Instance : new GuardedLogger(logger);
}
