namespace StopKit;

/// <summary>Something from outside that entries are written to, and that may block: one logger, or the listeners of the meter.</summary>
internal abstract class WriterLane
{
    /// <summary>The most entries that wait for one lane, so that one which blocks for ever costs a bounded amount of memory.</summary>
    internal const int MostPending = 10_000;

    private int _dropped;

    /// <summary>Gets or sets the entries that are not written yet; guarded by the writer's gate, as all but the dropped ones are.</summary>
    internal int Pending { get; set; }

    /// <summary>Gets or sets the thread that is blocked in this lane, and that writes what was held back once it gets out; null most of the time.</summary>
    internal WriterThread? Owner { get; set; }

    /// <summary>Gets or sets a value indicating whether a flush gave up on this lane, and nothing was written since: the next flush does not wait.</summary>
    internal bool IsStuck { get; set; }

    /// <summary>Counts an entry that found no room.</summary>
    internal void Drop() => Interlocked.Increment(ref _dropped);

    /// <summary>Reports the dropped entries, if there are any; called when the lane moves again, by the thread that writes to it.</summary>
    internal void ReportDropped()
    {
        if (Volatile.Read(ref _dropped) != 0)
            ReportDropped(Interlocked.Exchange(ref _dropped, 0)); // exchange: some may be dropped meanwhile, and count for the next report
    }

    protected abstract void ReportDropped(int count);
}
