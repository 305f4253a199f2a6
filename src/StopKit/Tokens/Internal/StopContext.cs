using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <summary>
/// What a source and its children share: the clock, the log, and what wants to know how the stop is followed.
/// </summary>
/// <remarks>The hooks do nothing here. A worker overrides them, so that the tokens need not know of workers.</remarks>
internal class StopContext(TimeProvider time, ILogger logger)
{
    private static int _deadlineListeners;

    internal static readonly StopContext Default = new(TimeProvider.System, NullLogger.Instance);

    internal TimeProvider Time { get; private set; } = time;

    internal ILogger Logger { get; private set; } = logger;

    /// <summary>
    /// Gets a value indicating whether its stops are neither counted nor logged: those that <see cref="StopWarmUp"/> makes
    /// up, and those that only announce another one.
    /// </summary>
    internal bool IsUncounted { get; init; }

    /// <summary>
    /// Gets the context for code outside of what the hooks watch: the same clock and log, and hooks that do nothing.
    /// </summary>
    internal virtual StopContext Outside => this;

    internal static StopContext For(TimeProvider? time, ILogger? logger) =>
        time is null && logger is null ? Default : new StopContext(time ?? TimeProvider.System, GuardedLogger.For(logger));

    /// <summary>Gives the context another clock and log, before what uses it has begun.</summary>
    internal void Use(TimeProvider time, ILogger logger) => (Time, Logger) = (time, logger);

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

    /// <summary>
    /// Called when code takes a <see cref="CancellationToken"/> of the stop, through which it can see the stop
    /// unnoticed.
    /// </summary>
    internal virtual void OnCancellationTokenTaken()
    {
        // Nothing to note.
    }

    /// <summary>
    /// Gets a value indicating whether any context of the process wants to know of abort deadlines now.
    /// </summary>
    internal static bool ListensForDeadlines => Volatile.Read(ref _deadlineListeners) != 0;

    /// <summary>
    /// Begins to want that; a full fence, so that either the caller sees a deadline or its requester sees the caller.
    /// </summary>
    internal static void BeginToListenForDeadlines() => Interlocked.Increment(ref _deadlineListeners);

    internal static void EndToListenForDeadlines() => Interlocked.Decrement(ref _deadlineListeners);

    /// <summary>Called when an abort of a source of this context, planned here or above, was brought forward.</summary>
    internal virtual void OnAbortMoved()
    {
        // Nothing here divides the time that is left.
    }

    /// <summary>Called when code says through a token of this context that it is ready.</summary>
    internal virtual void OnReady()
    {
        // Nothing to note.
    }

    /// <summary>Called at a checkpoint.</summary>
    internal virtual void OnCheckpoint(string member, string file, int line)
    {
        // Nothing to note.
    }
}
