namespace StopKit;

/// <summary>A log entry or a measurement on its way to the code that takes it, in the flow of the code that made it.</summary>
internal abstract class WriterEntry(WriterLane lane)
{
    // The flow carries log scopes and the current Activity, which a logger or a listener may ask for.
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();

    internal WriterLane Lane { get; } = lane;

    /// <summary>Gets or sets its place in the order of all entries; guarded by the writer's gate, as <see cref="Next"/> is.</summary>
    internal long Number { get; set; }

    internal WriterEntry? Next { get; set; }

    /// <summary>Hands the entry to code from outside, which may throw and may block.</summary>
    internal void Write()
    {
        try
        {
            if (_flow is null)
                WriteInFlow();
            else
                ExecutionContext.Run(_flow, static entry => ((WriterEntry)entry!).WriteInFlow(), this);
        }
#pragma warning disable CA1031 // a broken logger or listener must not end the writer, and there is nowhere left to report it
        catch (Exception)
#pragma warning restore CA1031
        {
            // As above.
        }
    }

    protected abstract void WriteInFlow();
}

/// <summary>Entries in the order of their arrival; the writer's gate guards it.</summary>
internal struct WriterQueue
{
    private WriterEntry? _newest;

    /// <summary>Gets the oldest entry, which the next <see cref="Take"/> returns.</summary>
    internal WriterEntry? Oldest { get; private set; }

    internal void Add(WriterEntry entry)
    {
        if (_newest is null)
            Oldest = entry;
        else
            _newest.Next = entry;
        _newest = entry;
    }

    internal WriterEntry? Take()
    {
        if (Oldest is not { } entry)
            return null;
        Oldest = entry.Next;
        if (Oldest is null)
            _newest = null;
        entry.Next = null;
        return entry;
    }
}
