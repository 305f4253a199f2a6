namespace StopKit;

/// <summary>Reads a user's clock where an exception would break a stop, or the end of a worker.</summary>
internal static class GuardedClock
{
    /// <summary>
    /// Gets the timestamp of a clock; 0 if it throws, so that times which are measured with it mean nothing but break
    /// nothing.
    /// </summary>
    internal static long Timestamp(TimeProvider time)
    {
        try
        {
            return time.GetTimestamp();
        }
#pragma warning disable CA1031 // a broken clock must not keep a program from stopping
        catch (Exception)
#pragma warning restore CA1031
        {
            return 0;
        }
    }

    /// <summary>Gets the time of a clock, in UTC; the system's if it throws.</summary>
    internal static DateTimeOffset UtcNow(TimeProvider time)
    {
        try
        {
            return time.GetUtcNow();
        }
#pragma warning disable CA1031 // as above
        catch (Exception)
#pragma warning restore CA1031
        {
            return TimeProvider.System.GetUtcNow();
        }
    }

    /// <summary>
    /// Makes a timer that fires once; on the system's clock if this one makes none, because a limit is a promise.
    /// </summary>
    internal static ITimer CreateTimer(TimeProvider time, TimerCallback callback, object? state, TimeSpan dueTime)
    {
        try
        {
            return time.CreateTimer(callback, state, dueTime, Timeout.InfiniteTimeSpan);
        }
#pragma warning disable CA1031 // as above
        catch (Exception) when (!ReferenceEquals(time, TimeProvider.System))
#pragma warning restore CA1031
        {
            return TimeProvider.System.CreateTimer(callback, state, dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Makes a source that is canceled after a time, by the system's clock if this one makes no timer.</summary>
    internal static CancellationTokenSource CancelAfter(TimeSpan delay, TimeProvider time)
    {
        try
        {
            return new CancellationTokenSource(delay, time);
        }
#pragma warning disable CA1031 // as above
        catch (Exception) when (!ReferenceEquals(time, TimeProvider.System))
#pragma warning restore CA1031
        {
            return new CancellationTokenSource(delay);
        }
    }
}
