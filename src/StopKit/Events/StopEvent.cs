using System.Diagnostics;

namespace StopKit;

/// <summary>
/// An event that threads and async methods wait for, and that can be reset: each wait that is there at the set is
/// released.
/// </summary>
/// <remarks>
/// <code>
/// unset ──Set: takes and releases all waits──▶ set
///   ▲                                           │
///   └──────────────────Reset────────────────────┘
/// </code>
/// <para>
/// A <see cref="Reset"/> that follows at once takes nothing back from a wait, as it does with
/// <see cref="ManualResetEventSlim"/>:
/// <see cref="Set"/> takes the waits from the queue, and what was taken is released, whatever comes after.
/// </para>
/// <para>
/// Every member may be called from any thread. A setter runs no code behind a wait. The event holds nothing that needs
/// to be disposed. For a request that never goes back use <see cref="StopSource"/>.
/// </para>
/// </remarks>
[DebuggerDisplay("IsSet = {IsSet}")]
public sealed partial class StopEvent
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

    /// <summary>
    /// Gets a value indicating whether the event is set right now; another thread may change that at any time.
    /// </summary>
    public bool IsSet => _isSet;

    /// <summary>Sets the event and releases all waits; nothing happens if it is set.</summary>
    public void Set()
    {
        _gate.Enter();
        _isSet = true;
        var waiters = _waiters.TakeAll();
        _gate.Exit();
        WaitQueue.ReleaseAll(waiters);
    }

    /// <summary>
    /// Resets the event, so that waits block until the next <see cref="Set"/>; nothing happens if it is not set.
    /// </summary>
    public void Reset()
    {
        _gate.Enter(); // under the gate, because a waiter looks and queues as one step
        _isSet = false;
        _gate.Exit();
    }

    /// <summary>Lets a stop release the waiter too; false if it is requested already.</summary>
    private static bool TryRelay(RelayWaiter candidate, StopToken stop, ref RelayWaiter? relay)
    {
        stop.Look(nameof(Wait));
        if (!stop.Source!.TryEnqueue(candidate))
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
