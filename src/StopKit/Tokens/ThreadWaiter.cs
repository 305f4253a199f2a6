namespace StopKit;

/// <summary>A thread that is blocked until it is released or its time is up.</summary>
/// <remarks>
/// Each waiter has a monitor of its own, so waking a thousand threads does not send them all to one lock. A thread keeps one
/// for its next wait: a monitor that was waited on once is expensive to make again.
/// </remarks>
internal sealed class ThreadWaiter : Waiter
{
    [ThreadStatic]
    private static ThreadWaiter? _spare;

    private bool _released;
    private bool _timedOut;
    private bool _hadTimer;

    /// <summary>Gets the calling thread's waiter; a new one for a nested wait (an STA thread pumps messages while it is blocked).</summary>
    internal static ThreadWaiter Rent()
    {
        var waiter = _spare ?? new ThreadWaiter();
        _spare = null;
        waiter._released = false;
        return waiter;
    }

    /// <summary>Blocks until released; false if <paramref name="timeout"/> expired on <paramref name="time"/> first.</summary>
    internal bool Park(TimeSpan timeout, TimeProvider time)
    {
        if (ReferenceEquals(time, TimeProvider.System) || timeout == Timeout.InfiniteTimeSpan)
            return ParkOnSystemTime(Timeouts.WholeMilliseconds(timeout));

        _hadTimer = true;
        using var timer = time.CreateTimer(static waiter => ((ThreadWaiter)waiter!).TimeOut(), this, timeout, Timeout.InfiniteTimeSpan);
        return ParkOnSystemTime(Timeout.InfiniteTimeSpan);
    }

    internal override void Release()
    {
        lock (this)
        {
            _released = true;
            Monitor.Pulse(this);
        }
    }

    /// <summary>
    /// Gives the waiter back for the thread's next wait, unless somebody may still release it or its timer may still fire.
    /// </summary>
    /// <param name="releases">From how many queues somebody took it; each of them releases it once, maybe later than this.</param>
    internal void Return(int releases)
    {
        lock (this)
        {
            if ((releases == 0 || (releases == 1 && _released)) && !_hadTimer)
                _spare = this;
        }
    }

    private bool ParkOnSystemTime(TimeSpan timeout)
    {
        lock (this)
        {
            // The state is looked at under the lock before blocking, so a release in between is not lost.
            while (!_released && !_timedOut)
            {
                if (!Monitor.Wait(this, timeout))
                    break;
            }

            return _released;
        }
    }

    private void TimeOut()
    {
        lock (this)
        {
            _timedOut = true;
            Monitor.Pulse(this);
        }
    }
}
