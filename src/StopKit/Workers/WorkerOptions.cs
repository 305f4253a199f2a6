using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>Says how a worker runs and how long its stop may take.</summary>
/// <remarks>Immutable and thread-safe; one instance may serve many workers.</remarks>
[DebuggerDisplay("Grace = {Grace}, AbortPeriod = {AbortPeriod}, CleanUpLimit = {CleanUpLimit}, IsBackground = {IsBackground}")]
public sealed record WorkerOptions
{
    internal static readonly WorkerOptions Default = new();

    private readonly TimeSpan _grace = TimeSpan.FromSeconds(30);
    private readonly TimeSpan _abortPeriod = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _cleanUpLimit = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _readyLimit = TimeSpan.FromSeconds(30);
    private readonly int _maxStackSize;
    private readonly ThreadPriority _priority = ThreadPriority.Normal;
    private readonly TimeProvider? _timeProvider;

    /// <summary>
    /// Gets how long after the stop the abort follows, in <see cref="Worker.Stop"/> and <see cref="Worker.Dispose"/>:
    /// 30 s by default; zero to 24 days, or infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan Grace
    {
        get => _grace;
        init => _grace = Timeouts.Check(value, nameof(Grace));
    }

    /// <summary>
    /// Gets how long after the abort the worker is still awaited: 5 s by default; zero to 24 days, or infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan AbortPeriod
    {
        get => _abortPeriod;
        init => _abortPeriod = Timeouts.Check(value, nameof(AbortPeriod));
    }

    /// <summary>
    /// Gets how long the cleanup runs until its token stops: 5 s by default; zero to 24 days, or infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan CleanUpLimit
    {
        get => _cleanUpLimit;
        init => _cleanUpLimit = Timeouts.Check(value, nameof(CleanUpLimit));
    }

    /// <summary>
    /// Gets a value indicating whether the process may end while the worker's thread runs; false by default, always so
    /// with <see cref="CleanUpOnProcessExit"/>.
    /// </summary>
    /// <remarks>
    /// Only for <see cref="ThreadWorker"/>, and for groups, whose threads it is for; tasks never hold a process.
    /// </remarks>
    public bool IsBackground { get; init; }

    /// <summary>
    /// Gets a value indicating whether the worker, if it still runs when the process exits normally, is asked to stop
    /// and given <see cref="CleanUpLimit"/> to end; false by default.
    /// </summary>
    /// <remarks>
    /// The worker's thread is a background thread then, otherwise the process would wait for it and not exit. Normally
    /// means a return from <c>Main</c>, also after a signal that <see cref="StopApp"/> has heard, or
    /// <c>Environment.Exit</c> on any thread; a crash, a kill, an unhandled exception, or a signal that nothing listens
    /// to gives no time.
    /// </remarks>
    public bool CleanUpOnProcessExit { get; init; }

    /// <summary>
    /// Gets a value indicating whether the worker says itself when it is ready, by <see cref="StopToken.ReportReady"/>;
    /// false, it is ready once it runs, by default.
    /// </summary>
    /// <remarks>
    /// See <see cref="Worker.WhenReady"/>. A group does not start its next order before all of this one are ready.
    /// </remarks>
    public bool ReportsReady { get; init; }

    /// <summary>
    /// Gets how long after its start a worker that reports must be ready: 30 s by default; zero to 24 days, or
    /// infinite.
    /// </summary>
    /// <remarks>
    /// One that is not has failed: it is stopped with its <see cref="Grace"/>, and ends as
    /// <see cref="WorkerOutcome.Faulted"/>. If it has not ended an <see cref="AbortPeriod"/> after that, it is abandoned
    /// and named in the log.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan ReadyLimit
    {
        get => _readyLimit;
        init => _readyLimit = Timeouts.Check(value, nameof(ReadyLimit));
    }

    /// <summary>
    /// Gets the stack size of the worker's thread in bytes: 0, the platform's default, by default; 0 or more.
    /// </summary>
    /// <remarks>Only for <see cref="ThreadWorker"/>, and for groups, whose threads it is for.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxStackSize
    {
        get => _maxStackSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MaxStackSize));
            _maxStackSize = value;
        }
    }

    /// <summary>
    /// Gets the priority of the worker's thread: <see cref="ThreadPriority.Normal"/> by default; any defined value.
    /// </summary>
    /// <remarks>Only for <see cref="ThreadWorker"/>, and for groups, whose threads it is for.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public ThreadPriority Priority
    {
        get => _priority;
        init => _priority = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Priority), value, "The priority must be one that ThreadPriority defines.");
    }

    /// <summary>
    /// Gets the clock for graces, waits and measurements: <see cref="System.TimeProvider.System"/> by default; not
    /// null.
    /// </summary>
    /// <remarks>A member of a group has the group's unless this was set.</remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider ?? TimeProvider.System;
        init => _timeProvider = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    }

    /// <summary>Gets where the worker's life is logged: null, nowhere, by default.</summary>
    /// <remarks>A member of a group has the group's unless this was set.</remarks>
    public ILogger? Logger { get; init; }

    /// <summary>Gets the clock that was given; null if none was.</summary>
    internal TimeProvider? OwnTimeProvider => _timeProvider;

    /// <summary>These options with the clock and the logger of a group where they have none of their own.</summary>
    internal WorkerOptions In(WorkerOptions group)
    {
        var time = _timeProvider ?? group._timeProvider;
        var logger = Logger ?? group.Logger;
        return time == _timeProvider && logger == Logger ? this : this with { TimeProvider = time ?? TimeProvider.System, Logger = logger };
    }

    // Not IsBackground: a task is in the background in any case, so that setting is true of it.
    private bool HasThreadSettings => MaxStackSize != 0 || Priority != ThreadPriority.Normal;

    /// <summary>
    /// These options for a worker that has no thread of its own: without what only a thread can have.
    /// </summary>
    internal WorkerOptions ForTasks() =>
        HasThreadSettings ? this with { MaxStackSize = 0, Priority = ThreadPriority.Normal } : this;

    /// <summary>Refuses settings that only a thread can have.</summary>
    /// <exception cref="ArgumentException">There are some.</exception>
    internal static WorkerOptions? CheckForTasks(WorkerOptions? options) => options is not { HasThreadSettings: true }
        ? options
        : throw new ArgumentException(
            $"{nameof(MaxStackSize)} and {nameof(Priority)} are for threads, and this worker has none of its own. "
            + "Leave them at their defaults, or use a ThreadWorker.",
            nameof(options));
}
