namespace StopKit;

/// <summary>Reads a user's clock where an exception would break a stop, or the end of a worker.</summary>
internal static class GuardedClock
{
    /// <summary>Gets the timestamp of a clock; 0 if it throws, so that times which are measured with it mean nothing but break nothing.</summary>
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
}
