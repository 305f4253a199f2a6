namespace StopKit;

/// <summary>Reads a user's clock where an exception would break a stop, or the end of a worker.</summary>
/// <remarks>
/// A limit that StopKit itself keeps (a grace, a deadline, an abort period, a ready limit, the end of a join) gets its
/// timer here: no caller could be told, and a limit is a promise, so the system's clock stands in. A wait that a program
/// calls, on a token or an event, asks its clock without this guard, in <see cref="ThreadWaiter"/> and
/// <see cref="AsyncWaiter"/>: what the clock throws is told to the caller, and nothing is left waiting.
/// </remarks>
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

    /// <summary>The timestamp of a clock after some time from now; like <see cref="Timestamp"/> if it throws.</summary>
    internal static long TimestampIn(TimeProvider time, TimeSpan delay) => Timestamp(time) + (long)(delay.TotalSeconds * Frequency(time));

    /// <summary>
    /// The time between two timestamps of a clock; if it does not tell how long its ticks are, they are those of a
    /// <see cref="TimeSpan"/>.
    /// </summary>
    internal static TimeSpan Elapsed(TimeProvider time, long start, long end)
    {
        try
        {
            return time.GetElapsedTime(start, end);
        }
#pragma warning disable CA1031 // as above
        catch (Exception)
#pragma warning restore CA1031
        {
            return TimeSpan.FromTicks(end - start);
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
    /// <param name="time">The clock.</param>
    /// <param name="callback">Called when the time is over.</param>
    /// <param name="state">What it is called with.</param>
    /// <param name="dueTime">The time.</param>
    /// <param name="failed">Called with the state and what the clock has thrown, before that; none by default.</param>
    internal static ITimer CreateTimer(
        TimeProvider time, TimerCallback callback, object? state, TimeSpan dueTime, Action<object?, Exception>? failed = null)
    {
        try
        {
            return time.CreateTimer(callback, state, dueTime, Timeout.InfiniteTimeSpan);
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception) when (!ReferenceEquals(time, TimeProvider.System))
#pragma warning restore CA1031
        {
            failed?.Invoke(state, exception);
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

    /// <summary>
    /// Gets a clock whose timers are the system's where this one makes none, for waits on a thread of StopKit's own,
    /// which an exception would end together with the process.
    /// </summary>
    internal static TimeProvider WithTimers(TimeProvider time) =>
        ReferenceEquals(time, TimeProvider.System) ? time : new WithGuardedTimers(time); // waits on the system's clock need no timer

    private static long Frequency(TimeProvider time)
    {
        try
        {
            return time.TimestampFrequency;
        }
#pragma warning disable CA1031 // as above
        catch (Exception)
#pragma warning restore CA1031
        {
            return TimeSpan.TicksPerSecond;
        }
    }

    // For waits alone, which ask for nothing but timers that fire once.
    private sealed class WithGuardedTimers(TimeProvider time) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            GuardedClock.CreateTimer(time, callback, state, dueTime);
    }
}
