namespace StopKit;

/// <summary>Says what ended a wait for a handle, a stop, or a time limit.</summary>
public enum StopWaitResult
{
    /// <summary>The time limit expired.</summary>
    TimedOut = 0,

    /// <summary>The handle was signaled; it wins over a stop that is requested as well.</summary>
    Signaled = 1,

    /// <summary>A stop was requested and the handle was not signaled.</summary>
    StopRequested = 2,
}
