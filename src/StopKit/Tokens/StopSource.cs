using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>Requests that work stops, and says why; its <see cref="Token"/> is what the work looks at.</summary>
/// <remarks>
/// <code>
///            RequestStop, StopAfter, a parent's stop            RequestAbort, grace expired, a parent's abort
/// Running ─────────────────────────────────────────▶ Stopping ─────────────────────────────────────────────▶ Aborting
///    └──────────────────────────────RequestAbort (stop callbacks first, then abort callbacks)──────────────────▲
/// </code>
/// <para>
/// A stop only moves forward and flows down to linked sources, never up. First every descendant reports the stop and
/// every StopKit wait is released, then the <see cref="CancellationToken"/>s are cancelled, then callbacks run, all on
/// the requesting thread: newest first, a child's before its parent's. What a callback throws is kept in
/// <see cref="CallbackExceptions"/> and logged; no caller sees it.
/// </para>
/// <para>
/// Thread safety: every member may be called from any thread, also from a callback. After <see cref="Dispose"/> nothing
/// throws: requests return false and tokens keep their last state. Disposing does not stop.
/// </para>
/// <para>
/// Two ideas are borrowed: the two-stage stop from the Unix habit of SIGTERM before SIGKILL, the pooled registrations
/// told apart by number from the BCL's <see cref="CancellationTokenSource"/>.
/// </para>
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class StopSource : IDisposable
{
    [Flags]
    private enum Marks : byte
    {
        None = 0,

        /// <summary>A thread is taking the disposed source apart, or has; no other thread does.</summary>
        TakenApart = 1,

        /// <summary>This source and all below it report the stop.</summary>
        StopPassedOn = 2,

        /// <summary>This source and all below it report the abort, and the children were let go.</summary>
        AbortPassedOn = 4,

        /// <summary>The disposed source's children hang on its parents, and its own links are gone for good.</summary>
        Unlinked = 8,
    }

    private static readonly object PollsLook = new();

    // The reasons are the state: volatile, so that code which sees one sees all that its requester wrote before. The stop's is
    // always set before the abort's. Written once, under the gate.
    // The stop's reason; before that null, or PollsLook: so the poll reads one field, with a probe or without.
    private volatile object? _signal;
    private volatile StopReason? _abortReason;

    // Null for the default one, which most sources have: to store a reference costs more than the look when it is needed.
    private readonly StopContext? _context;

    // Null, the CancellationTokenSource of the stop, which is all that most scopes need, or a StopSourceState, which then holds that.
    // Written under the gate: the thread that writes it sees a request, or a Dispose, that found none.
    private volatile object? _attached;
    private StopLink? _parents;
    private SpinGate _gate; // never held while code from outside runs, and never together with another source's
    private volatile Marks _marks; // written under the gate
    private volatile bool _isDisposed; // written under the gate, or before the parent's, see DetachBare

    /// <summary>Makes a source that runs until a stop is requested.</summary>
    /// <param name="timeProvider">
    /// The clock for graces, deadlines and waits; <see cref="TimeProvider.System"/> if null.
    /// </param>
    /// <param name="logger">Where requests and failed callbacks are logged; nowhere if null.</param>
    public StopSource(TimeProvider? timeProvider = null, ILogger? logger = null)
        : this(StopContext.For(timeProvider, logger))
    {
    }

    internal StopSource(StopContext context)
    {
        if (context != StopContext.Default)
            _context = context;
    }

    /// <summary>Gets the token that tells of this source's stop.</summary>
    public StopToken Token => new(this);

    /// <summary>Gets the stage that was reached.</summary>
    public StopStage Stage => _abortReason is not null ? StopStage.Aborting
        : IsStopRequested ? StopStage.Stopping
        : StopStage.Running;

    /// <summary>Gets a value indicating whether a stop (or an abort) was requested.</summary>
    /// <remarks>Reading it is no observation; reading the token's is.</remarks>
    public bool IsStopRequested => _signal is StopReason;

    /// <summary>Gets a value indicating whether an abort was requested.</summary>
    public bool IsAbortRequested => _abortReason is not null;

    /// <summary>Gets why the stop was requested; null while <see cref="StopStage.Running"/>.</summary>
    /// <remarks>Not null as soon as <see cref="IsStopRequested"/> is true.</remarks>
    public StopReason? Reason => _signal as StopReason;

    /// <summary>
    /// Gets why the abort was requested (grace expired, a second Ctrl+C, …); null before
    /// <see cref="StopStage.Aborting"/>.
    /// </summary>
    public StopReason? AbortReason => _abortReason;

    /// <summary>
    /// Gets what callbacks of this source, and its clock, have thrown so far, oldest first; a list that never changes.
    /// </summary>
    public IReadOnlyList<Exception> CallbackExceptions => State is { } state ? KeptException.ToList(state.NewestException) : [];

    /// <summary>
    /// Gets the number of sources that are linked to this one and not disposed; one that only grows is a forgotten
    /// scope.
    /// </summary>
    public int LiveChildren => State is { } state ? state.Children.Count : 0;

    internal StopContext Context => _context ?? StopContext.Default;

    /// <summary>
    /// Gets a value indicating whether a look finds no request, and nothing else wants to know of it.
    /// </summary>
    internal bool IsQuiet => _signal is null;

    internal bool CanBeStopped => IsStopRequested || !_isDisposed;

    private string DebuggerDisplay => Stage switch
    {
        StopStage.Running when !CanBeStopped => "Disposed, was running",
        StopStage.Running => "Running",
        StopStage.Stopping => $"Stopping: {Reason}",
        _ => $"Aborting: {AbortReason} (stopped: {Reason})",
    };

    /// <summary>Requests a stop; of any number of requests the first one wins and its reason stays.</summary>
    /// <param name="reason">Why; <see cref="StopReason.Requested"/> if null.</param>
    /// <param name="grace">
    /// How long after this call an abort follows; none if null or infinite. It also counts when the stop was requested
    /// before, but can only bring the abort forward. Zero aborts at once. Up to 24 days.
    /// </param>
    /// <returns>
    /// True if this call requested the stop; false if it had been requested, or the source was disposed.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="grace"/> is negative and not infinite, or too long.
    /// </exception>
    /// <remarks>
    /// When it returns, every descendant reports the stop, whichever request won; and every callback has run, or is
    /// being run by the thread of a concurrent request, or is the caller itself. Callbacks of another request are not
    /// waited for. A clock that throws keeps no stop from happening: a grace for which it makes no timer runs on the
    /// system's clock, and what it threw is in
    /// <see cref="CallbackExceptions"/> and in the log.
    /// </remarks>
    public bool RequestStop(StopReason? reason = null, TimeSpan? grace = null)
    {
        if (grace is { } limit)
            Timeouts.Check(limit, nameof(grace));
        if (IsStopRequested && AwaitPassedOn(Marks.StopPassedOn) && grace is null)
            return false;

        var propagation = default(StopPropagation);
        var first = BeginStop(reason, grace, ref propagation);
        propagation.Complete();
        return first;
    }

    /// <summary>
    /// Requests an abort, and before it the stop unless that was requested; the first request wins and its reason
    /// stays.
    /// </summary>
    /// <param name="reason">Why; <see cref="StopReason.Requested"/> if null.</param>
    /// <returns>
    /// True if this call requested the abort; false if it had been requested, or the source was disposed.
    /// </returns>
    public bool RequestAbort(StopReason? reason = null)
    {
        if (IsAbortRequested && AwaitPassedOn(Marks.AbortPassedOn))
            return false;
        var propagation = default(StopPropagation);
        var first = BeginAbort(reason, ref propagation);
        propagation.Complete();
        return first;
    }

    /// <summary>
    /// Requests a stop after a delay, on a timer of the source's clock; an earlier deadline stays, a later one is
    /// replaced.
    /// </summary>
    /// <param name="delay">How long; zero stops now, infinite does nothing. Up to 24 days.</param>
    /// <param name="reason">Why; <c>deadline of … expired</c> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="delay"/> is negative and not infinite, or too long.
    /// </exception>
    public void StopAfter(TimeSpan delay, StopReason? reason = null)
    {
        Timeouts.Check(delay);
        BeginDeadline(delay, reason ?? (object)"deadline");
    }

    /// <summary>Does what <see cref="StopAfter"/> does.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="reason">Why, or what the limit is called.</param>
    internal void BeginDeadline(TimeSpan delay, object reason)
    {
        if (delay == Timeout.InfiniteTimeSpan || IsStopRequested)
            return;
        if (delay == TimeSpan.Zero)
            RequestStop(reason as StopReason ?? StopReason.Deadline(delay, (string)reason));
        else
            NoteDeadline(StopStage.Stopping, delay, reason)?.Start();
    }

    /// <summary>Makes each look at this source tell its <see cref="StopProbe"/>, also before a request.</summary>
    internal void LetPollsLook() =>
        Interlocked.CompareExchange(ref _signal, PollsLook, null); // a request at the same time stays, or replaces it

    internal StopReason? ReasonOf(StopStage stage) => stage == StopStage.Aborting ? _abortReason : Reason;

    private StopSourceState? State => _attached as StopSourceState;

    private StopSourceState MakeState()
    {
        if (_attached is StopSourceState made)
            return made;
        var state = new StopSourceState(); // not under the gate: an allocation may fail
        _gate.Enter();
        if (_attached is StopSourceState first)
        {
            state = first; // another thread made it meanwhile
        }
        else
        {
            state.Stopping = (CancellationTokenSource?)_attached;
            _attached = state;
        }

        _gate.Exit();
        return state;
    }

    /// <summary>Tells whether there is anything besides children to be told of a stage.</summary>
    private static bool HasWork(object? attached, StopStage stage) => attached switch
    {
        null => false,
        StopSourceState state => state.HasWork(stage),
        _ => stage == StopStage.Stopping, // the CancellationTokenSource
    };
}
