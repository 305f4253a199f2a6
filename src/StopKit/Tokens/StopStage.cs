namespace StopKit;

/// <summary>Says how far a stop has come; a stage only ever moves forward.</summary>
/// <remarks>
/// <code>
/// Running ──RequestStop──▶ Stopping ──RequestAbort, or grace expired──▶ Aborting
/// </code>
/// An abort of something that runs passes through <see cref="Stopping"/>.
/// </remarks>
public enum StopStage
{
    /// <summary>No stop was requested.</summary>
    Running = 0,

    /// <summary>A stop was requested: finish or put down the current piece of work safely, clean up, return.</summary>
    Stopping = 1,

    /// <summary>The grace is over: drop whatever can be dropped; only bounded cleanup remains.</summary>
    Aborting = 2,
}
