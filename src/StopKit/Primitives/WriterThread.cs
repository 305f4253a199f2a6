namespace StopKit;

/// <summary>One thread of a <see cref="BackgroundWriter"/>; the writer's gate guards it.</summary>
/// <remarks>
/// <code>
/// current ──no entry for some time──▶ ended
///    └──blocked in one entry──▶ replaced: writes to that one lane only ──nothing held back any more──▶ ended
/// </code>
/// </remarks>
internal sealed class WriterThread
{
    /// <summary>What a replaced thread has still to write, all for its one lane.</summary>
    internal WriterQueue Held;

    private long _since;

    /// <summary>Gets the entry that the thread is writing; null between two entries.</summary>
    internal WriterEntry? Writing { get; private set; }

    /// <summary>Gets or sets the only lane of a replaced thread; null for the current one.</summary>
    internal WriterLane? OwnLane { get; set; }

    /// <summary>Gets or sets the next of the replaced threads.</summary>
    internal WriterThread? NextReplaced { get; set; }

    /// <summary>Gets the number of the oldest entry that the thread has yet to finish; beyond all of them if there is none.</summary>
    internal long Oldest => (Writing ?? Held.Oldest)?.Number ?? long.MaxValue;

    internal void Begin(WriterEntry? entry) => (_since, Writing) = (Environment.TickCount64, entry);

    /// <summary>Tells whether one entry has been written for so long, by the system's tick, which is coarse.</summary>
    internal bool IsBlockedFor(TimeSpan time) => Writing is not null && Environment.TickCount64 - _since >= time.TotalMilliseconds;
}
