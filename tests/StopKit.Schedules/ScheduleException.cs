namespace StopKit.Schedules;

/// <summary>Says which invariant a schedule has broken.</summary>
/// <param name="message">What was expected and what happened.</param>
/// <param name="isTiming">
/// True if a machine under load could have caused it. The schedule is then run again with longer times before it counts as a failure.
/// </param>
public sealed class ScheduleException(string message, bool isTiming = false) : Exception(message)
{
    /// <summary>Gets a value indicating whether a slow machine could have caused it.</summary>
    public bool IsTiming { get; } = isTiming;
}
