namespace StopKit;

/// <summary>Says what ended a wait for a handle or an event, a stop, or a time limit.</summary>
public enum StopWaitResult
{
    /// <summary>Not known: the value of a variable that no wait has set; no wait returns it.</summary>
    Unknown = 0,

    /// <summary>The handle was signaled, or the event set; it wins over a stop that is requested as well.</summary>
    Signaled = 1,

    /// <summary>A stop was requested, or the given <see cref="CancellationToken"/> canceled, and nothing was signaled.</summary>
    StopRequested = 2,

    /// <summary>The time limit expired.</summary>
    TimedOut = 3,
}
