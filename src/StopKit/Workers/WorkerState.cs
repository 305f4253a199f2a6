namespace StopKit;

/// <summary>Says where in its life a <see cref="Worker"/> is; it only moves forward.</summary>
public enum WorkerState
{
    /// <summary>Not started.</summary>
    Created = 0,

    /// <summary>Started; its body or its cleanup may be running.</summary>
    Running = 1,

    /// <summary>Ended, cleanup included, or never to run.</summary>
    Finished = 2,
}
