namespace StopKit;

/// <summary>A process on Linux, told apart by its start time from a later one that was given the same id.</summary>
/// <param name="Id">Its id.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot: field 22 of <c>/proc/PID/stat</c>.</param>
internal readonly record struct ProcessStamp(int Id, long StartTicks);
