using System.Diagnostics;

namespace StopKit;

/// <summary>An event that threads and async methods wait for, and that can be reset: everybody who waits when it is set is released.</summary>
/// <remarks>
/// <code>
/// unset ──Set: takes and releases everybody who waits──▶ set
///   ▲                                                     │
///   └───────────────────────Reset─────────────────────────┘
/// </code>
/// <para>
/// A <see cref="Reset"/> that follows at once takes nothing back from those who waited, as it does with
/// <see cref="ManualResetEventSlim"/>: a <see cref="Set"/> takes them from the queue, and who was taken is released, whatever comes after.
/// </para>
/// <para>
/// Every member may be called from any thread. A setter runs no code of those who wait. The event holds nothing that needs to be disposed.
/// For a request that never goes back use <see cref="StopSource"/>.
/// </para>
/// </remarks>
[DebuggerDisplay("IsSet = {IsSet}")]
public sealed class StopEvent
{
    private readonly TimeProvider _time;
    private SpinGate _gate; // guards what follows; never held while code from outside runs
    private volatile bool _isSet;
    private WaitQueue _waiters;

    /// <summary>Makes an event.</summary>
    /// <param name="isSet">Whether it is set from the start; false by default.</param>
    /// <param name="timeProvider">The clock for timeouts; <see cref="TimeProvider.System"/> if null.</param>
    public StopEvent(bool isSet = false, TimeProvider? timeProvider = null)
    {
        _isSet = isSet;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets a value indicating whether the event is set right now; another thread may change that at any time.</summary>
    public bool IsSet => _isSet;

    /// <summary>Sets the event and releases everybody who waits; nothing happens if it is set.</summary>
    public void Set()
    {
        _gate.Enter();
        _isSet = true;
        var waiters = _waiters.TakeAll();
        _gate.Exit();
        WaitQueue.ReleaseAll(waiters);
    }

    /// <summary>Resets the event, so that waits block until the next <see cref="Set"/>; nothing happens if it is not set.</summary>
    public void Reset()
    {
        _gate.Enter(); // under the gate, because a waiter looks and queues as one step
        _isSet = false;
        _gate.Exit();
    }

    /// <summary>Waits until the event is set or a stop is requested.</summary>
    /// <param name="stop">Ends the wait; none by default.</param>
    /// <returns>True if the event was set, which wins a tie; false if a stop is requested.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(StopToken stop = default) => Wait(Timeout.InfiniteTimeSpan, stop);

    /// <summary>Waits until the event is set or the time is up.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <returns>True if the event was set, which wins a tie; false if the time is up.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite, or too long.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(TimeSpan timeout) => Wait(timeout, StopToken.None);

    /// <summary>Waits until the event is set, a stop is requested, or the time is up; never throws for a stop.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>True if the event was set, which wins every tie; false if a stop is requested or the time is up.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite, or too long.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(TimeSpan timeout, StopToken stop)
    {
        Timeouts.Check(timeout);
        if (_isSet)
            return true;
        if (timeout == TimeSpan.Zero)
            return false;

        var waiter = ThreadWaiter.Rent();
        if (!TryEnqueue(waiter))
        {
            waiter.Return(releases: 0);
            return true;
        }

        RelayWaiter? relay = null;
        var wasSet = false;
        var wasReleased = false;
        try
        {
            if (TryRelay(waiter, stop, ref relay))
            {
                waiter.Spin();
                waiter.Park(timeout, _time);
            }
        }
        finally
        {
            // Also when the thread was interrupted. Who took the waiter from the event's queue decides: Set, or we ourselves.
            wasSet = !Dequeue(waiter);
            wasReleased = relay is not null && !stop.Source!.Dequeue(relay);
            waiter.Return(releases: (wasSet ? 1 : 0) + (wasReleased ? 1 : 0));
        }

        return wasSet || SeeStop(stop, wasStopped: relay is null || wasReleased);
    }

    /// <summary>Waits until the event is set or a stop is requested, without a thread.</summary>
    /// <param name="stop">Ends the wait; none by default.</param>
    /// <returns>True if the event was set, which wins a tie; false if a stop is requested. Never cancelled.</returns>
    public ValueTask<bool> WaitAsync(StopToken stop = default) => WaitAsync(Timeout.InfiniteTimeSpan, stop);

    /// <summary>Waits until the event is set, a stop is requested, or the time is up, without a thread.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="stop">Ends the wait; none by default.</param>
    /// <returns>True if the event was set, which wins every tie; false if a stop is requested or the time is up. Never cancelled.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite, or too long.</exception>
    public ValueTask<bool> WaitAsync(TimeSpan timeout, StopToken stop = default)
    {
        Timeouts.Check(timeout);
        if (_isSet)
            return new ValueTask<bool>(true);
        return timeout == TimeSpan.Zero ? new ValueTask<bool>(false) : ParkAsync(timeout, stop);
    }

    private async ValueTask<bool> ParkAsync(TimeSpan timeout, StopToken stop)
    {
        var waiter = new AsyncWaiter();
        if (!TryEnqueue(waiter))
            return true;
        RelayWaiter? relay = null;
        var wasSet = false;
        var wasReleased = false;
        try
        {
            if (TryRelay(waiter, stop, ref relay))
                await waiter.ParkAsync(timeout, _time).ConfigureAwait(false);
        }
        finally
        {
            // Also when the clock made no timer.
            wasReleased = relay is not null && !stop.Source!.Dequeue(relay);
            wasSet = !Dequeue(waiter);
        }

        return wasSet || SeeStop(stop, wasStopped: relay is null || wasReleased);
    }

    /// <summary>Counts as an observation if the stop has ended the wait, or kept it from beginning: the caller is told by our "false".</summary>
    private static bool SeeStop(StopToken stop, bool wasStopped)
    {
        if (wasStopped)
            _ = stop.IsStopRequested;
        return false;
    }

    /// <summary>Lets a stop release the waiter too; false if it is requested already.</summary>
    private static bool TryRelay(Waiter waiter, StopToken stop, ref RelayWaiter? relay)
    {
        if (stop.Source is not { } source)
            return true;
        var candidate = new RelayWaiter(waiter);
        if (!source.TryEnqueue(candidate))
            return false;
        relay = candidate;
        return true;
    }

    private bool TryEnqueue(Waiter waiter)
    {
        _gate.Enter();
        var isSet = _isSet;
        if (!isSet)
            _waiters.Add(waiter);
        _gate.Exit();
        return !isSet;
    }

    private bool Dequeue(Waiter waiter)
    {
        if (waiter.WasTaken)
            return false;
        _gate.Enter();
        var wasQueued = _waiters.Remove(waiter);
        _gate.Exit();
        return wasQueued;
    }
}
