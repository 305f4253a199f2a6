namespace StopKit.Schedules.Groups;

/// <summary>The schedules over groups.</summary>
public static class GroupArea
{
    /// <summary>Gets the area for a process with a usual thread pool.</summary>
    public static Area Area { get; } = new("groups", GroupRace.Any, SideBySide: 16);

    /// <summary>Gets the area for a process whose thread pool has two threads, which are held.</summary>
    public static Area PoolArea { get; } = new("pool", GroupRace.OnExhaustedPool, SideBySide: 1);
}
