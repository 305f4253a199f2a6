namespace StopKit.Schedules;

/// <summary>One random program over the library, and the invariants that must hold while it runs and after it.</summary>
/// <remarks>Immutable: it can be run any number of times. <see cref="object.ToString"/> returns it as a reader wants to see it.</remarks>
public abstract class Schedule
{
    /// <summary>Runs it once.</summary>
    /// <param name="team">Runs what is to happen at the same time.</param>
    /// <param name="unit">The length of one unit of time, for schedules on the system's clock.</param>
    /// <exception cref="ScheduleException">An invariant was broken.</exception>
    public abstract void Run(Team team, TimeSpan unit);
}
