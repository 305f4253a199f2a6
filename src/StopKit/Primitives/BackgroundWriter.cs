namespace StopKit;

/// <summary>
/// Writes log entries and measurements on a thread of its own, so that a logger or a listener that blocks holds up no
/// stop.
/// </summary>
/// <remarks>
/// <para>
/// A producer only queues: nothing from outside runs between a request and its callbacks, or between the end of a
/// worker and its completion. The thread is a dedicated one, because the thread pool may be exhausted when a program
/// has to stop. It starts with the first entry, ends when there has been none for a while, and starts again with the
/// next.
/// </para>
/// <para>
/// Entries are written in the order in which they came. One logger that blocks costs the others nothing: the thread
/// that is blocked in it is replaced, keeps only that logger's entries, and writes them in their order once it gets
/// out. From then on the order holds for each logger, but no longer among them.
/// </para>
/// </remarks>
#pragma warning disable CA1001 // the event is left to its finalizer: a thread may wait for it at any time
internal sealed partial class BackgroundWriter(TimeSpan idleLimit)
#pragma warning restore CA1001
{
    // Long enough for a slow disk; a thread that is replaced by mistake costs a thread, and harms nothing.
    private static readonly TimeSpan BlockedAfter = TimeSpan.FromMilliseconds(250);

    // Each blocked logger holds a thread; with more of them than this, entries wait until one gets out.
    private const int MostReplaced = 8;

    [ThreadStatic]
    private static bool _isWriting;

    private readonly AutoResetEvent _wakeUp = new(initialState: false);
    private SpinGate _gate; // guards what follows, and the lanes; never held while code from outside runs
    private WriterQueue _pending;
    private WriterThread? _current; // null before the first entry, after an idle time, and if no thread was to be had
    private WriterThread? _replaced;
    private int _replacedCount;
    private bool _isIdle; // the current thread waits for the wake-up
    private long _lastNumber;

    /// <summary>
    /// Queues an entry; drops it if too many wait for its lane. Throws nothing and waits for nothing.
    /// </summary>
    internal void Enqueue(WriterEntry entry)
    {
        _gate.Enter();
        var hasRoom = entry.Lane.Pending < WriterLane.MostPending;
        if (hasRoom)
        {
            entry.Number = ++_lastNumber;
            entry.Lane.Pending++;
            _pending.Add(entry);
        }

        var wakes = hasRoom && _isIdle;
        _isIdle &= !wakes;
        var current = _current;
        _gate.Exit();

        if (!hasRoom)
            entry.Lane.Drop();
        if (wakes)
            _wakeUp.Set();
        else if (current is null)
            StartIfNone();
        else if (current.IsBlockedFor(BlockedAfter)) // a look without the gate, which the replacement repeats under it
            ReplaceBlocked(BlockedAfter);
    }

    private void StartIfNone()
    {
        var fresh = new WriterThread(); // not under the gate: an allocation may fail
        _gate.Enter();
        var isNeeded = _current is null && _pending.Oldest is not null;
        if (isNeeded)
            _current = fresh;
        _gate.Exit();
        if (isNeeded)
            Start(fresh);
    }

    /// <summary>Starts another thread for all lanes but the one in which the current thread is blocked.</summary>
    private void ReplaceBlocked(TimeSpan after)
    {
        var fresh = new WriterThread();
        _gate.Enter();
        var isReplaced = _current is { } blocked && blocked.IsBlockedFor(after) && _replacedCount < MostReplaced;
        if (isReplaced)
        {
            blocked = _current!;
            blocked.OwnLane = blocked.Writing!.Lane;
            blocked.OwnLane.Owner = blocked;
            blocked.NextReplaced = _replaced;
            _replaced = blocked;
            _replacedCount++;
            _current = fresh;
        }

        _gate.Exit();
        if (isReplaced)
            Start(fresh);
    }

    private void Start(WriterThread fresh)
    {
        try
        {
            var thread = new Thread(() => Run(fresh)) { IsBackground = true, Name = "StopKit writer" };
            thread.UnsafeStart(); // not in the flow of the producer: each entry brings its own
        }
#pragma warning disable CA1031 // no thread was to be had: the next entry or flush tries again, and the stop goes on
        catch (Exception)
#pragma warning restore CA1031
        {
            _gate.Enter();
            if (_current == fresh)
                _current = null;
            _gate.Exit();
        }
    }

    private void Run(WriterThread self)
    {
        _isWriting = true;
        while (Next(self) is { } entry)
        {
            entry.Write();
            entry.Lane.ReportDropped();
        }
    }

    /// <summary>Waits for the next entry that this thread has to write; null if the thread has to end.</summary>
    private WriterEntry? Next(WriterThread self)
    {
        while (true)
        {
            _gate.Enter();
            if (self.Writing is { Lane: var lane })
            {
                lane.Pending--;
                lane.IsStuck = false;
            }

            var isReplaced = self.OwnLane is not null;
            var entry = isReplaced ? self.Held.Take() : TakePending();
            self.Begin(entry);
            if (entry is null && isReplaced)
                Forget(self);
            _isIdle = entry is null && !isReplaced || _isIdle;
            var passed = TakePassedFlushes();
            _gate.Exit();

            FlushMark.PassAll(passed);
            if (entry is not null || isReplaced)
                return entry;
            if (!_wakeUp.WaitOne(idleLimit) && EndIdle())
                return null;
        }
    }

    /// <summary>
    /// Takes the oldest entry whose lane is free; those of a blocked lane go to the thread that is in it. Called under
    /// the gate.
    /// </summary>
    private WriterEntry? TakePending()
    {
        while (_pending.Take() is { } entry)
        {
            if (entry.Lane.Owner is not { } owner)
                return entry;
            owner.Held.Add(entry);
        }

        return null;
    }

    /// <summary>
    /// Takes a thread that has nothing left to write out of the list of replaced ones. Called under the gate.
    /// </summary>
    private void Forget(WriterThread replaced)
    {
        replaced.OwnLane!.Owner = null;
        _replacedCount--;
        if (_replaced == replaced)
        {
            _replaced = replaced.NextReplaced;
            return;
        }

        var before = _replaced!;
        while (before.NextReplaced != replaced)
            before = before.NextReplaced!;
        before.NextReplaced = replaced.NextReplaced;
    }

    private bool EndIdle()
    {
        _gate.Enter();
        var ends = _isIdle; // not if an entry has come since: it has set the wake-up, and counts on this thread
        if (ends)
        {
            _isIdle = false;
            _current = null;
        }

        _gate.Exit();
        return ends;
    }
}
