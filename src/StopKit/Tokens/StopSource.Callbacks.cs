namespace StopKit;

/// <content>Callbacks: registering, unregistering, running.</content>
public sealed partial class StopSource
{
    // Enough for a loop that registers around each piece of work; more would keep memory after a burst.
    private const int MostSpareCallbacks = 16;

    /// <summary>Registers a callback for a stage; if the stage was reached, runs it at once and returns an empty registration.</summary>
    internal StopRegistration Register(StopStage stage, Action<object?, StopReason> action, object? state)
    {
        var reason = ReasonOf(stage);
        if (reason is null)
        {
            var sourceState = MakeState();
            StopCallback? fresh = null;
            while (true)
            {
                _gate.Enter();
                // Under the gate, as the claim is: either the request finds the callback, or we find the request.
                reason = ReasonOf(stage);
                if (reason is not null || _isDisposed)
                {
                    _gate.Exit();
                    break;
                }

                if (TakeSpare(sourceState) is { } callback || (callback = fresh) is not null)
                {
                    callback.Stage = stage;
                    callback.Action = action;
                    callback.State = state;
                    List(sourceState, callback);
                    var registration = new StopRegistration(callback, callback.Id);
                    _gate.Exit();
                    return registration;
                }

                _gate.Exit();
                fresh = new StopCallback(this); // not under the gate: an allocation may fail
            }
        }

        if (reason is not null)
            Run(action, state, reason);
        return default;
    }

    /// <summary>Runs the callbacks of a stage that was claimed by the calling thread, newest first.</summary>
    internal void RunCallbacks(StopStage stage)
    {
        // Without the gate: after the claim nobody is listed any more.
        if (_lazyState is not { } state || NewestOf(state, stage) is null)
            return;
        var reason = ReasonOf(stage)!;
        StopCallback? callback = null;
        do
        {
            TaskCompletionSource? returned = null;
            _gate.Enter();
            if (callback is not null)
            {
                returned = callback.Returned;
                Retire(callback);
            }

            callback = TakeNewest(ref NewestOf(state, stage));
            _gate.Exit();
            returned?.TrySetResult();
            // Its fields stay as they are until it is retired above: while it runs it is in no list.
            if (callback is not null)
                Run(callback.Action!, callback.State, reason);
        }
        while (callback is not null);
    }

    private static StopCallback? TakeNewest(ref StopCallback? newest)
    {
        if (newest is not { } callback)
            return null;
        newest = callback.Next;
        if (newest is not null)
            newest.Previous = null;
        callback.Next = null;
        callback.RunningThread = Environment.CurrentManagedThreadId;
        return callback;
    }

    internal bool Unregister(StopCallback callback, long id)
    {
        _gate.Enter();
        var isListed = callback.Id == id && callback.RunningThread == 0;
        if (isListed)
        {
            Unlist(_lazyState!, callback);
            Free(_lazyState!, callback);
        }

        _gate.Exit();
        return isListed;
    }

    /// <summary>Unregisters; if that came too late, returns a task that ends when the callback has returned, or null if there is nothing to wait for.</summary>
    internal Task? UnregisterOrWait(StopCallback callback, long id)
    {
        if (Unregister(callback, id))
            return null;
        var candidate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate.Enter();
        // Not for itself: a callback that disposes its own registration would never return.
        var isRunningElsewhere = callback.Id == id && callback.RunningThread != Environment.CurrentManagedThreadId;
        var returned = isRunningElsewhere ? callback.Returned ??= candidate : null;
        _gate.Exit();
        return returned?.Task;
    }

    private static void List(StopSourceState state, StopCallback callback)
    {
        ref var newest = ref NewestOf(state, callback.Stage);
        callback.Next = newest;
        if (newest is not null)
            newest.Previous = callback;
        newest = callback;
    }

    private static void Unlist(StopSourceState state, StopCallback callback)
    {
        ref var newest = ref NewestOf(state, callback.Stage);
        if (callback.Previous is null)
            newest = callback.Next;
        else
            callback.Previous.Next = callback.Next;
        if (callback.Next is not null)
            callback.Next.Previous = callback.Previous;
        callback.Next = callback.Previous = null;
    }

    private static ref StopCallback? NewestOf(StopSourceState state, StopStage stage) =>
        ref stage == StopStage.Aborting ? ref state.NewestOnAbort : ref state.NewestOnStop;

    /// <summary>Ends a registration: whoever still holds its number holds an old one.</summary>
    private static void Retire(StopCallback callback)
    {
        callback.Id++;
        callback.Action = null;
        callback.State = null;
        callback.RunningThread = 0;
        callback.Returned = null;
    }

    /// <summary>Ends a registration, and keeps the callback for a later one.</summary>
    private static void Free(StopSourceState state, StopCallback callback)
    {
        Retire(callback);
        if (state.SpareCount == MostSpareCallbacks)
            return;
        callback.Next = state.Spare;
        state.Spare = callback;
        state.SpareCount++;
    }

    private static StopCallback? TakeSpare(StopSourceState state)
    {
        var spare = state.Spare;
        if (spare is null)
            return null;
        state.Spare = spare.Next;
        state.SpareCount--;
        spare.Next = null;
        return spare;
    }

    private void Run(Action<object?, StopReason> action, object? state, StopReason reason)
    {
        // The worker's own code is told of the stop here, so this is an observation like any other.
        _context.OnObserved();
        try
        {
            action(state, reason);
        }
#pragma warning disable CA1031 // whatever a callback throws, it must neither stop the others nor reach the requester or a timer
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Keep(exception);
        }
    }

    private void Keep(Exception exception)
    {
        AddException(exception);
        TokenLog.CallbackFailed(_context.Logger, exception);
    }

    /// <summary>Keeps what the clock threw instead of making the timer of a deadline.</summary>
    internal void KeepOfClock(Exception exception)
    {
        AddException(exception);
        TokenLog.ClockFailed(_context.Logger, exception);
    }

    private void AddException(Exception exception)
    {
        var state = MakeState();
        KeptException? before;
        do
            before = state.NewestException;
        while (Interlocked.CompareExchange(ref state.NewestException, new KeptException(exception, before), before) != before);
    }
}
