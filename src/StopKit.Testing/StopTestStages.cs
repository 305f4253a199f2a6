namespace StopKit.Testing;

/// <summary>Says which requests an exploration makes at each look.</summary>
[Flags]
#pragma warning disable CA1008 // there is no exploration that requests nothing
public enum StopTestStages
#pragma warning restore CA1008
{
    /// <summary>A stop at each look.</summary>
    Stop = 1,

    /// <summary>An abort at each look, which is a stop and an abort at once.</summary>
    Abort = 2,

    /// <summary>First a stop at each look, then an abort at each look.</summary>
    StopAndAbort = Stop | Abort,
}
