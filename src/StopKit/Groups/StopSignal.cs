namespace StopKit;

/// <summary>
/// What the thread of an ordered stop waits on: it looks again whenever something has happened, or its time may be up.
/// </summary>
/// <remarks>On the system's clock it needs no timer, and so no thread of the pool.</remarks>
internal sealed class StopSignal(TimeProvider time) : Waiter
{
    private readonly object _gate = new();
    private bool _isSet;

    /// <summary>Says that something has changed; never blocks for more than a moment.</summary>
    internal void Set()
    {
        lock (_gate)
        {
            _isSet = true;
            Monitor.Pulse(_gate);
        }
    }

    internal override void Release() => Set();

    /// <summary>Blocks until a condition holds or no time is left; for one thread.</summary>
    internal void WaitUntil(Func<bool> condition, Func<TimeSpan> left)
    {
        // What is set between the look and the wait stays set, so no change is missed.
        while (!condition() && left() is var limit && limit != TimeSpan.Zero)
            Wait(limit, left);
    }

    private void Wait(TimeSpan limit, Func<TimeSpan> left)
    {
        using var timer = ReferenceEquals(time, TimeProvider.System) || limit == Timeout.InfiniteTimeSpan ? null : CreateTimer(limit);
        // A manual clock may have been moved between the look at it and the timer, which then would come too late.
        if (timer is not null && left() == TimeSpan.Zero)
            return;
        lock (_gate)
        {
            if (!_isSet)
                Monitor.Wait(_gate, timer is null ? Timeouts.WholeMilliseconds(limit) : Timeout.InfiniteTimeSpan);
            _isSet = false;
        }
    }

    /// <summary>Makes the timer that ends a wait; null if the clock makes none, and the system's has to do.</summary>
    private ITimer? CreateTimer(TimeSpan limit)
    {
        try
        {
            return time.CreateTimer(
                static signal => ((StopSignal)signal!).Set(), this, Timeouts.WholeMilliseconds(limit), Timeout.InfiniteTimeSpan);
        }
#pragma warning disable CA1031 // a clock that makes no timer must not end a stop half way
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
