using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace StopKit;

/// <summary>Runs a piece of work that can be stopped, joined with a deadline, and asked how it ended.</summary>
/// <remarks>
/// <code>
/// Created ──Start──▶ starting ──▶ Running ──body and cleanup have ended──▶ Finished ──Dispose──▶ disposed
///    │                  │            └──a stop gives up──▶ abandoned ──ended later──▲                 ▲
///    │                  └──the token it is started with is stopped (NotRun)─────────┤                 │
///    └──Stop or Dispose instead of Start──▶ withdrawn (NotRun)──────────────────────┴────Dispose──────┘
/// </code>
/// <para>
/// Derive from <see cref="ThreadWorker"/> or <see cref="AsyncWorker"/>. A fault never ends the process and is never
/// lost: it is in the result and in the log. A worker runs once.
/// </para>
/// <para>
/// Every member may be called from any thread. After <see cref="Dispose"/> requests return false, joins return the
/// result, and <see cref="Start"/> throws. A worker is no <see cref="IDisposable"/> to forget: dispose it, or stop and
/// join it.
/// </para>
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public abstract partial class Worker : IDisposable, IAsyncDisposable
{
    private static readonly Dictionary<WorkerOutcome, long> NoneForgotten = [];
    private static long _count;

    private readonly WorkerObservation _observation;
    private readonly WorkerOptions _given;

    // Asynchronous continuations: what waits for a worker must not run on its thread. Also the lock for the life cycle.
    private readonly TaskCompletionSource<WorkerResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IMembership? _membership;
    private volatile WorkerPhase _phase; // written under the lock; read without it where any moment's answer will do
    private volatile WorkerResult? _result; // written once, under the lock: from then on it has ended
    private long _startedAt;
    private long _graceTicks;

    private protected Worker(string? name, WorkerOptions? options)
    {
        Options = _given = options ?? WorkerOptions.Default;
        _graceTicks = Options.Grace.Ticks;
        Name = string.IsNullOrWhiteSpace(name) ? $"{Kind}-{Interlocked.Increment(ref _count)}" : SafeText.Line(name);
        _observation = new WorkerObservation(Options.TimeProvider, GuardedLogger.For(Options.Logger));
        Source = new StopSource(_observation);
        _observation.Owner = Source;
        _observation.Worker = this;
    }

    /// <summary>Gets the name: the thread's, and the one in results, reports and logs.</summary>
    /// <remarks>
    /// A line break in the name that was given is a space here, and any other control character U+FFFD.
    /// </remarks>
    public string Name { get; }

    /// <summary>Gets where in its life the worker is.</summary>
    public WorkerState State => _result is not null ? WorkerState.Finished
        : _phase is WorkerPhase.Running or WorkerPhase.Abandoned ? WorkerState.Running
        : WorkerState.Created;

    /// <summary>Gets the token that tells of this worker's stop.</summary>
    /// <remarks>
    /// Read inside the worker it is the token that its body was given. Read elsewhere it is equal to that one, but what
    /// is seen through it, or through what is linked below it, does not count as the worker's observation.
    /// </remarks>
    public StopToken StopToken => IsCallerInside ? Source.Token : Source.Token.Unobserving();

    /// <summary>
    /// Gets a task that ends with the result when the worker has; it never faults, is never cancelled, and is not ended
    /// by an abandon.
    /// </summary>
    /// <remarks>It also ends if the worker is stopped or disposed instead of started.</remarks>
    public Task<WorkerResult> Completion => _completion.Task;

    /// <summary>
    /// Gets what the worker is doing, or was doing when it was cut off, for its line of a report; null for nothing.
    /// </summary>
    /// <remarks>
    /// A short text, such as <c>GET /slow/{id}, 6 s</c>; null by default. It is read by whatever makes a report, on any
    /// thread and at any time of the worker's life, so it must not block; if it throws, the report has none.
    /// </remarks>
    protected virtual string? ReportDetail => null;

    /// <summary>
    /// Gets the options the worker was made with; in a group, with its clock and logger where the worker has none of
    /// its own.
    /// </summary>
    protected WorkerOptions Options { get; private set; }

    /// <summary>Gets a value indicating whether the calling code is the worker's own.</summary>
    private protected abstract bool IsCallerInside { get; }

    /// <summary>
    /// Gets a value indicating whether the worker's end would have to wait for the calling code: its own, or a
    /// member's.
    /// </summary>
    internal virtual bool IsCallerWithin => IsCallerInside;

    /// <summary>Gets what a worker without a name is called.</summary>
    private protected virtual string Kind => GetType().Name;

    /// <summary>
    /// Gets the grace that the caller of a stop gave, which may also be infinite; the options' before that.
    /// </summary>
    private protected TimeSpan GraceOfStop => TimeSpan.FromTicks(Volatile.Read(ref _graceTicks));

    /// <summary>
    /// Gets the source of the worker's stop; looking at it is no observation, looking at its token is.
    /// </summary>
    internal StopSource Source { get; }

    /// <summary>Gets the text for the worker's line of a report, safe to show; null for none.</summary>
    internal string? Detail
    {
        get
        {
            try
            {
                return ReportDetail is { } detail ? SafeText.Line(detail) : null;
            }
#pragma warning disable CA1031 // the worker's own code; a report of what is late must come about whatever that does
            catch (Exception)
#pragma warning restore CA1031
            {
                return null;
            }
        }
    }

    private protected Microsoft.Extensions.Logging.ILogger Logger => _observation.Logger;

    private string DebuggerDisplay => _completion.Task.IsCompletedSuccessfully
        ? _completion.Task.Result.ToString()
        : $"{Name}: {State}, {Source.Stage}{(Source.Reason is { } reason ? $" ({reason})" : "")}";

    /// <summary>Starts the worker.</summary>
    /// <param name="stop">
    /// Stops the worker too, when it stops; none by default. If it is stopped already, the body never runs
    /// (<see cref="WorkerOutcome.NotRun"/>).
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="stop"/> is below this worker itself.</exception>
    /// <exception cref="InvalidOperationException">
    /// The worker was started before, or is in a group, which starts it.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The worker was disposed.</exception>
    public void Start(StopToken stop = default)
    {
        // Without children there is nothing below this worker that the token could belong to.
        if (stop.Source is { } above && (above == Source || (Source.LiveChildren > 0 && above.IsBelow(Source))))
        {
            throw new ArgumentException(
                $"The token comes from worker '{Name}' itself or from below it, and a stop only flows down.", nameof(stop));
        }

        if (StartBelow(stop.Source, starter: null) is { } refusal)
            ExceptionDispatchInfo.Throw(refusal);
    }

    /// <summary>Ties the worker to its place in a group; it can have only one.</summary>
    internal void JoinGroup(IMembership membership)
    {
        lock (_completion)
        {
            if (_phase != WorkerPhase.Created || _membership is not null)
            {
                throw new InvalidOperationException(
                    $"Worker '{Name}' was started or stopped, or is in a group already. Add a worker that is new.");
            }

            _membership = membership;
        }

        Inherit(membership.Group.Options);
    }

    /// <summary>
    /// Takes the clock and the logger of a group where the worker has none of its own; it has not begun to use them.
    /// </summary>
    internal void Inherit(WorkerOptions group)
    {
        var options = _given.In(group);
        if (options == Options)
            return;
        Options = options;
        _observation.Use(options.TimeProvider, GuardedLogger.For(options.Logger));
        OnInherited();
    }

    /// <summary>Called when the options have another clock or logger, before the worker is started.</summary>
    private protected virtual void OnInherited()
    {
        // What is made of them at the start has them.
    }

    /// <summary>
    /// Takes the grace of the program that this worker is the root of, for a stop that comes without one, as a
    /// failure's does.
    /// </summary>
    internal void InheritGrace(TimeSpan grace)
    {
        if (Options.Grace != WorkerOptions.Default.Grace)
            grace = Timeouts.Shorter(grace, Options.Grace);
        Volatile.Write(ref _graceTicks, grace.Ticks);
    }

    /// <summary>Gets the group the worker was added to; null if none.</summary>
    internal Worker? Group => _membership?.Group;

    /// <summary>Gets the worker's place in its group; null if it is in none.</summary>
    private protected IMembership? Membership => _membership;

    /// <summary>Gets the names from the outermost group down to this worker.</summary>
    internal string Path => _membership is { } membership ? $"{membership.Group.Path}/{membership.Name}" : SafeText.PathSegment(Name);

    /// <summary>Gets how often the worker was restarted by its group, alone or with a group around it.</summary>
    internal int Restarts
    {
        get
        {
            var restarts = 0;
            for (var worker = this; worker is not null; worker = worker.Group)
                restarts += worker._membership?.Restarts ?? 0;
            return restarts;
        }
    }

    /// <summary>
    /// Gets a value indicating whether the worker has ended and its group is about to start it anew, alone or with a
    /// group around it.
    /// </summary>
    internal bool IsRestarting
    {
        get
        {
            for (var worker = this; worker is not null; worker = worker.Group)
            {
                if (worker is { State: WorkerState.Finished, _membership.MayRestart: true })
                    return true;
            }

            return false;
        }
    }

    /// <summary>Gets or sets the worker's neighbours in <see cref="RunningWorkers"/>.</summary>
    internal Worker? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    internal Worker? Newer { get; set; }

    /// <summary>Gets the clock that the worker's times are measured by.</summary>
    internal TimeProvider Clock => Options.TimeProvider;

    /// <summary>Gets a value indicating whether something of this worker has not ended.</summary>
    internal virtual bool HasLate => State == WorkerState.Running;

    /// <summary>
    /// Gets a value indicating whether its own code has not ended, and not only that of members, which count for
    /// themselves.
    /// </summary>
    private protected virtual bool IsLateItself => true;

    /// <summary>
    /// The workers that a report has a line for, each with its path and how it stands: this one, or, of a group, its
    /// members.
    /// </summary>
    internal virtual IReadOnlyList<(string Path, Worker Leaf, WorkerResult Result)> Leaves(string path) => [(path, this, Snapshot())];

    /// <summary>
    /// Gets how many workers have ended that <see cref="Leaves"/> does not return any more, by how they ended.
    /// </summary>
    internal virtual IReadOnlyDictionary<WorkerOutcome, long> Forgotten => NoneForgotten;

    /// <summary>
    /// Starts the worker on behalf of its group, or of its owner (<paramref name="starter"/> is null).
    /// </summary>
    /// <returns>
    /// Null if it was started, or has ended or will end as not run; otherwise why it was not started. A group that
    /// starts its members needs no look at that: a member that was stopped or disposed before tells of its end as
    /// NotRun, one that got no thread as Faulted.
    /// </returns>
    internal Exception? StartBelow(StopSource? parent, IMembership? starter)
    {
        lock (_completion)
        {
            if (_membership == starter && _phase == WorkerPhase.Created)
            {
                _phase = WorkerPhase.Starting;
            }
            else
            {
                if (_phase == WorkerPhase.Disposed)
                    return new ObjectDisposedException(GetType().FullName);
                if (_membership != starter)
                    return new InvalidOperationException($"Worker '{Name}' is in a group, which starts it.");
                if (_phase != WorkerPhase.Withdrawn)
                    return new InvalidOperationException($"Worker '{Name}' was started before. A worker runs once: make a new one.");
                // Stop came before this start, which so has no effect. A second start is refused.
                _phase = WorkerPhase.Finished;
                return null;
            }
        }

        if (StopProbe.Start(parent, Source, this, Options.OwnTimeProvider) is { } clock)
            Inherit(Group?.Options ?? new WorkerOptions { TimeProvider = clock }); // a group has taken the clock at its own start
        parent?.Adopt(Source, abortOnly: false);
        // Decided once, here: a worker that was started is run, so that code behind Start can rely on its body being called.
        var runs = false;
        lock (_completion)
        {
            if (!Source.IsStopRequested)
            {
                _startedAt = _observation.Now();
                _phase = WorkerPhase.Running;
                runs = true;
                if (IsReadyOnceRunning)
                    MarkReady();
            }
        }

        if (!runs)
        {
            Finish(WorkerOutcome.NotRun, exception: null);
            return null;
        }

        StopWarmUp.Begin();
        RunningWorkers.Add(this);
        WorkerMetrics.Started();
        WorkerLog.Started(Logger, Name);
        if (Options.CleanUpOnProcessExit)
            ProcessExitCleanUp.Add(this);
        try
        {
            StartReadyLimit();
            Launch();
            return null;
        }
#pragma warning disable CA1031 // no thread was to be had, or no timer: returned to the starter, and the worker's result says it
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Finish(WorkerOutcome.Faulted, exception);
            return exception;
        }
    }

    /// <summary>Requests that the worker stops; does not wait for it.</summary>
    /// <param name="reason">Why; <see cref="StopReason.Requested"/> if null.</param>
    /// <param name="grace">
    /// How long after this call an abort follows; none if null or infinite. See <see cref="StopSource.RequestStop"/>.
    /// </param>
    /// <returns>
    /// True if this call requested the stop; false if it had been requested, or the worker has finished.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="grace"/> is negative and not infinite, or too long.
    /// </exception>
    public bool RequestStop(StopReason? reason = null, TimeSpan? grace = null) => Source.RequestStop(reason, grace);

    /// <summary>
    /// Requests that the worker drops whatever it can, and the stop before that if none was requested; does not wait
    /// for it.
    /// </summary>
    /// <param name="reason">Why; <see cref="StopReason.Requested"/> if null.</param>
    /// <returns>
    /// True if this call requested the abort; false if it had been requested, or the worker has finished.
    /// </returns>
    public bool RequestAbort(StopReason? reason = null) => Source.RequestAbort(reason);

    /// <summary>Returns the worker's name and state.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => DebuggerDisplay;

    /// <summary>
    /// Makes the body run, on whatever this kind of worker runs on; it ends by a call of <see cref="End"/>.
    /// </summary>
    private protected abstract void Launch();

    /// <summary>Called when nothing of the worker runs any more, before its result is made.</summary>
    private protected virtual void OnFinishing()
    {
        // Nothing to put away here.
    }

    /// <summary>
    /// The grace that the worker was stopped with, or its own; or what is left until an abort that is planned here or
    /// above.
    /// </summary>
    /// <remarks>
    /// For the kinds of workers that have others to stop, and so need an end of the grace also after a request without
    /// one. The reason is that of the abort at its end: of what is left, it names the whole grace.
    /// </remarks>
    private protected (TimeSpan Budget, StopReason AbortReason) StopBudget()
    {
        var planned = Source.TimeToAbort(out var reason);
        var own = GraceOfStop;
        return reason is not null && (own == Timeout.InfiniteTimeSpan || Source.HasAbortDeadline || planned < own)
            ? (planned, reason)
            : (own, StopReason.Deadline(own, "grace"));
    }
}
