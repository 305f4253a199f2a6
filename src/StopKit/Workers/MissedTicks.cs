namespace StopKit;

/// <summary>
/// Says what becomes of the ticks of a <see cref="PeriodicWorker"/> that fell due while another one ran.
/// </summary>
public enum MissedTicks
{
    /// <summary>However many were missed, one tick follows at once, and the next comes when it is due.</summary>
    Skip = 0,

    /// <summary>Each missed tick is made up for, one directly after the other.</summary>
    CatchUp = 1,
}
