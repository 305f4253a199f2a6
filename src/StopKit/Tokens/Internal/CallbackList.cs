using System.Diagnostics.CodeAnalysis;

namespace StopKit;

/// <summary>
/// The callbacks of one source, newest first for each stage, and some spare ones; the source's gate guards every call.
/// </summary>
internal struct CallbackList
{
    // Enough for a loop that registers around each piece of work; more would keep memory after a burst.
    private const int MostSpare = 16;

    private StopCallback? _newestOnStop;
    private StopCallback? _newestOnAbort;
    private StopCallback? _spare;
    private int _spareCount;

    /// <summary>Gets a value indicating whether a callback is registered for either stage.</summary>
    internal readonly bool HasAny => (_newestOnStop ?? _newestOnAbort) is not null;

    /// <summary>
    /// Gets a value indicating whether <see cref="TakeSpare"/> would find one; a look without the gate may be wrong.
    /// </summary>
    internal readonly bool HasSpare => _spareCount > 0;

    internal readonly bool Has(StopStage stage) => (stage == StopStage.Aborting ? _newestOnAbort : _newestOnStop) is not null;

    internal void Add(StopCallback callback)
    {
        ref var newest = ref NewestOf(callback.Stage);
        callback.Next = newest;
        if (newest is not null)
            newest.Previous = callback;
        newest = callback;
    }

    /// <summary>Takes a registered callback out, and keeps it for a later registration.</summary>
    internal void Remove(StopCallback callback)
    {
        if (callback.Previous is null)
            NewestOf(callback.Stage) = callback.Next;
        else
            callback.Previous.Next = callback.Next;
        if (callback.Next is not null)
            callback.Next.Previous = callback.Previous;
        callback.Next = callback.Previous = null;
        callback.Retire();
        if (_spareCount == MostSpare)
            return;
        callback.Next = _spare;
        _spare = callback;
        _spareCount++;
    }

    /// <summary>
    /// Takes the newest callback of a stage out, for a thread, given by its id, to run it; null if none is left.
    /// </summary>
    internal StopCallback? TakeNewest(StopStage stage, int thread)
    {
        ref var newest = ref NewestOf(stage);
        if (newest is not { } callback)
            return null;
        newest = callback.Next;
        if (newest is not null)
            newest.Previous = null;
        callback.Next = null;
        callback.RunningThread = thread;
        return callback;
    }

    internal StopCallback? TakeSpare()
    {
        if (_spare is not { } spare)
            return null;
        _spare = spare.Next;
        _spareCount--;
        spare.Next = null;
        return spare;
    }

    /// <summary>Takes all callbacks of a stage out: they will never run.</summary>
    internal void Clear(StopStage stage)
    {
        while (NewestOf(stage) is { } callback)
            Remove(callback);
    }

    [UnscopedRef]
    private ref StopCallback? NewestOf(StopStage stage) => ref stage == StopStage.Aborting ? ref _newestOnAbort : ref _newestOnStop;
}
