namespace StopKit;

/// <summary>
/// Where in its life a worker is, in more detail than <see cref="WorkerState"/>; the remarks of <see cref="Worker"/>
/// draw it.
/// </summary>
internal enum WorkerPhase : byte
{
    /// <summary>Not started.</summary>
    Created,

    /// <summary>Stopped instead of started: its result is NotRun.</summary>
    Withdrawn,

    /// <summary>Start was called and links it to its parent.</summary>
    Starting,

    /// <summary>Its body or its cleanup may be running.</summary>
    Running,

    /// <summary>As Running, but a stop has given up waiting for it.</summary>
    Abandoned,

    /// <summary>Started and ended.</summary>
    Finished,

    /// <summary>Disposed, before the start or after the end.</summary>
    Disposed,
}
