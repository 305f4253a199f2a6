using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <summary>What a source and its children share: the clock, the log, and what wants to know how the stop is followed.</summary>
/// <remarks>The hooks do nothing here. A worker overrides them, so that the tokens need not know of workers.</remarks>
internal class StopContext(TimeProvider time, ILogger logger)
{
    internal static readonly StopContext Default = new(TimeProvider.System, NullLogger.Instance);

    internal TimeProvider Time { get; } = time;

    internal ILogger Logger { get; } = logger;

    internal static StopContext For(TimeProvider? time, ILogger? logger) =>
        time is null && logger is null ? Default : new StopContext(time ?? TimeProvider.System, GuardedLogger.For(logger));

    /// <summary>Called before a source of this context is marked as stopped, perhaps more than once.</summary>
    internal virtual void OnRequested(StopSource source, ref StopPropagation propagation)
    {
        // Nothing to note.
    }

    /// <summary>Called when code has seen the stop through a token of this context.</summary>
    internal virtual void OnObserved()
    {
        // Nothing to note.
    }

    /// <summary>Called when code takes a <see cref="CancellationToken"/> of the stop, through which it can see the stop unnoticed.</summary>
    internal virtual void OnCancellationTokenTaken()
    {
        // Nothing to note.
    }

    /// <summary>Called at a checkpoint.</summary>
    internal virtual void OnCheckpoint(string member, string file, int line)
    {
        // Nothing to note.
    }
}
