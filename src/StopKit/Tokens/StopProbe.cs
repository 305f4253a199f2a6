using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace StopKit;

/// <summary>Sees each look at a token; only for the package StopKit.Testing, and no part of the library's contract.</summary>
/// <remarks>
/// <para>
/// It is attached to one source and comes to whatever is linked below that later: scopes, and workers that are started
/// there. Shields below are told of as well, but only their waits. A source without a probe does not know of probes:
/// its poll reads the one field that it always reads.
/// </para>
/// <para>
/// Thread safety: members may be called from any thread, several at once. They are called by the thread that looks,
/// outside of every gate, and must not throw.
/// </para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StopProbe
{
    // Beside the sources and not in them, so that a source which no test watches has no byte for it.
    private static readonly ConditionalWeakTable<StopSource, Place> Places = [];
    private static volatile bool _isInUse;

    /// <summary>Gets a value indicating whether the process has any probe, so that a program has one read to pay.</summary>
    internal static bool IsInUse => _isInUse;

    /// <summary>Makes a probe; <see cref="Attach(StopSource, StopProbe)"/> puts it to work.</summary>
    protected StopProbe()
    {
        // Nothing to prepare.
    }

    /// <summary>Attaches a probe to a source, for good; what was linked below it before stays without one.</summary>
    /// <param name="source">The source; it has no probe yet.</param>
    /// <param name="probe">The probe.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static void Attach(StopSource source, StopProbe probe)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(probe);
        Attach(source, new Place(probe, IsShield: false));
    }

    /// <summary>
    /// Requests a stop or an abort: marks it before this returns, and runs the callbacks on another thread.
    /// </summary>
    /// <param name="source">What to stop.</param>
    /// <param name="stage">What to request; <see cref="StopStage.Running"/> requests nothing.</param>
    /// <param name="reason">Why.</param>
    /// <returns>A task that ends when tokens are canceled and callbacks have run.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    public static Task RequestInBackground(StopSource source, StopStage stage, StopReason reason)
    {
        ArgumentNullException.ThrowIfNull(source);
        return stage switch
        {
            StopStage.Running => Task.CompletedTask,
            StopStage.Stopping => source.RequestStopInBackground(reason, Timeout.InfiniteTimeSpan),
            _ => source.RequestAbortInBackground(reason),
        };
    }

    /// <summary>Notes a look, before that reads the state, so that a request made here is what the look sees.</summary>
    /// <param name="member">The member that looks, such as <c>IsStopRequested</c>.</param>
    /// <param name="method">The method that passes a checkpoint; empty for other looks.</param>
    /// <param name="file">Its source file; empty for other looks.</param>
    /// <param name="line">The line; 0 for other looks.</param>
    public abstract void OnLook(string member, string method, string file, int line);

    /// <summary>Notes a worker, before that starts below the source.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="clock">
    /// The worker's own clock, null if it has none; set to the clock of one that has none, null for the system's.
    /// </param>
    /// <returns>The probe of that worker's looks; null for none.</returns>
    public abstract StopProbe? OnWorkerStarting(object worker, ref TimeProvider? clock);

    /// <summary>Notes that the worker of this probe has ended, after its completion and its group have been told.</summary>
    public abstract void OnWorkerEnded();

    /// <summary>
    /// Notes that code waits for a stop from now on, its timer is set; not where a handle may end the wait, of which
    /// nothing is known.
    /// </summary>
    /// <param name="source">Whose stop ends the wait.</param>
    /// <param name="clock">The clock of the wait.</param>
    /// <param name="timeout">How long it waits at most, any value.</param>
    /// <param name="isReleased">Tells that something has ended the wait, perhaps before its code has gone on.</param>
    /// <returns>What is disposed when the wait has ended, before the code behind it goes on.</returns>
    public abstract IDisposable? OnWaiting(StopSource source, TimeProvider clock, TimeSpan timeout, Func<bool> isReleased);

    /// <summary>Notes that code waits for the end of this probe's worker, by the worker's clock; its timer is set.</summary>
    /// <param name="timeout">How long it waits at most, any value.</param>
    /// <returns>What is disposed when the wait has ended; null by default.</returns>
    public virtual IDisposable? OnJoining(TimeSpan timeout) => null;

    /// <summary>Tells the probe of a source, if it has one, of a look.</summary>
    internal static void Look(StopSource source, string member, string method = "", string file = "", int line = 0)
    {
        if (_isInUse && Places.TryGetValue(source, out var place) && !place.IsShield)
            place.Probe.OnLook(member, method, file, line);
    }

    /// <summary>Tells the probe of a source, if it has one, of a wait.</summary>
    /// <returns>What to dispose at the end of the wait; null if nothing wants to know.</returns>
    internal static IDisposable? Waits(StopSource? source, TimeProvider clock, TimeSpan timeout, Waiter waiter) =>
        Announcement(source, clock, timeout, waiter)?.Invoke();

    /// <summary>Makes what tells the same of a wait that a thread is about to begin, once its timer is set.</summary>
    /// <returns>Null if nothing wants to know.</returns>
    internal static Func<IDisposable?>? Announcement(StopSource? source, TimeProvider clock, TimeSpan timeout, Waiter waiter)
    {
        return _isInUse && source is not null && Places.TryGetValue(source, out var place)
            ? Of(place.Probe, source, clock, timeout, waiter)
            : null;

        // Apart, so that the way of a source without a probe makes no closure.
        static Func<IDisposable?> Of(StopProbe probe, StopSource source, TimeProvider clock, TimeSpan timeout, Waiter waiter) =>
            () => probe.OnWaiting(source, clock, timeout, () => waiter.IsReleased);
    }

    /// <summary>Tells the probe of a worker, if it has one, of a join with a limit.</summary>
    /// <returns>What to dispose at the end of the join; null if nothing wants to know.</returns>
    internal static IDisposable? Joins(StopSource worker, TimeSpan timeout) =>
        _isInUse && Places.TryGetValue(worker, out var place) ? place.Probe.OnJoining(timeout) : null;

    /// <summary>Does the same for a wait that has begun; costs nothing where nothing wants to know.</summary>
    /// <returns>What to await instead of the wait.</returns>
    internal static ValueTask Watch(StopSource? source, TimeProvider clock, TimeSpan timeout, Waiter waiter, ValueTask wait)
    {
        return Waits(source, clock, timeout, waiter) is { } watched ? EndAsync(wait, watched) : wait;

        static async ValueTask EndAsync(ValueTask wait, IDisposable watched)
        {
            using (watched)
                await wait.ConfigureAwait(false);
        }
    }

    /// <summary>Gives a source that was linked below another one the probe of that one.</summary>
    internal static void Inherit(StopSource parent, StopSource child, bool isShield = false)
    {
        if (_isInUse && Places.TryGetValue(parent, out var place))
            Attach(child, isShield ? place with { IsShield = true } : place);
    }

    /// <summary>Lets the looks at a shield count that is the token of a worker's own code, as in a queue.</summary>
    internal static void LookThrough(StopSource worker, StopSource shield)
    {
        if (!_isInUse || !Places.TryGetValue(worker, out var place))
            return;
        Places.AddOrUpdate(shield, place);
        shield.LetPollsLook();
    }

    /// <summary>Gives a worker that is about to start below a source a probe of its own, and returns its clock.</summary>
    internal static TimeProvider? Start(StopSource? parent, StopSource worker, object self, TimeProvider? clock)
    {
        if (!_isInUse || parent is null || !Places.TryGetValue(parent, out var place) || place.IsShield)
            return null;
        if (place.Probe.OnWorkerStarting(self, ref clock) is { } probe)
            Attach(worker, new Place(probe, IsShield: false));
        return clock;
    }

    /// <summary>Tells the probe of a worker, if it has one, of its end.</summary>
    internal static void End(StopSource worker)
    {
        if (_isInUse && Places.TryGetValue(worker, out var place))
            place.Probe.OnWorkerEnded();
    }

    /// <summary>Tells whether the source of a worker has a probe.</summary>
    internal static bool Watches(StopSource worker) => _isInUse && Places.TryGetValue(worker, out _);

    private static void Attach(StopSource source, Place place)
    {
        // The first stays: a scope of several parents counts for the first of them.
        if (!Places.TryAdd(source, place))
            return;
        _isInUse = true;
        if (!place.IsShield)
            source.LetPollsLook();
    }

    private sealed record Place(StopProbe Probe, bool IsShield);
}
