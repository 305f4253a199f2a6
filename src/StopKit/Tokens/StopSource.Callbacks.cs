namespace StopKit;

/// <content>Callbacks: registering, unregistering, running.</content>
public sealed partial class StopSource
{
    /// <summary>
    /// Registers a callback for a stage; if the stage was reached, runs it at once and returns an empty registration.
    /// </summary>
    internal StopRegistration Register(StopStage stage, Delegate action, object? state, bool observes)
    {
        var reason = ReasonOf(stage);
        if (reason is null)
        {
            var sourceState = MakeState();
            // Made before the gate, where an allocation may fail without harm; mostly there is no spare one.
            var fresh = sourceState.Callbacks.HasSpare ? null : new StopCallback(this);
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

                if ((fresh ?? sourceState.Callbacks.TakeSpare()) is { } callback)
                {
                    callback.Stage = stage;
                    callback.Observes = observes;
                    callback.Action = action;
                    callback.State = state;
                    sourceState.Callbacks.Add(callback);
                    var registration = new StopRegistration(callback, callback.Id);
                    _gate.Exit();
                    return registration;
                }

                _gate.Exit();
                fresh = new StopCallback(this); // another thread took the spare one
            }
        }

        if (reason is not null)
            Run(action, state, reason, observes);
        return default;
    }

    /// <summary>Runs the callbacks of a stage that was claimed by the calling thread, newest first.</summary>
    internal void RunCallbacks(StopStage stage)
    {
        // Without the gate: after the claim nothing is added to the list.
        if (State is not { } state || !state.Callbacks.Has(stage))
            return;
        var reason = ReasonOf(stage)!;
        var thread = Environment.CurrentManagedThreadId; // once: it is read from the thread's own data
        StopCallback? callback = null;
        do
        {
            TaskCompletionSource? returned = null;
            _gate.Enter();
            if (callback is not null)
            {
                returned = callback.Returned;
                callback.Retire();
            }

            callback = state.Callbacks.TakeNewest(stage, thread);
            _gate.Exit();
            returned?.TrySetResult();
            // Its fields stay as they are until it is retired above: while it runs it is in no list.
            if (callback is not null)
                Run(callback.Action!, callback.State, reason, callback.Observes);
        }
        while (callback is not null);
    }

    internal bool Unregister(StopCallback callback, long id)
    {
        _gate.Enter();
        var isListed = callback.Id == id && callback.RunningThread == 0;
        if (isListed)
            State!.Callbacks.Remove(callback);
        _gate.Exit();
        return isListed;
    }

    /// <summary>
    /// Unregisters; if that came too late, returns a task that ends when the callback has returned, or null if there is
    /// nothing to wait for.
    /// </summary>
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

    /// <summary>Keeps what the clock threw instead of making the timer of a deadline.</summary>
    internal void KeepOfClock(Exception exception)
    {
        AddException(exception);
        TokenLog.ClockFailed(Context.Logger, exception);
    }

    private void Run(Delegate action, object? state, StopReason reason, bool observes)
    {
        // The worker's own code is told of the stop here, so this is an observation like any other.
        if (observes)
            Context.OnObserved();
        try
        {
            if (action is Action<StopReason> withoutState)
                withoutState(reason);
            else
                ((Action<object?, StopReason>)action)(state, reason);
        }
#pragma warning disable CA1031 // whatever a callback throws, it must neither stop the others nor reach the requester or a timer
        catch (Exception exception)
#pragma warning restore CA1031
        {
            KeepOfCallback(exception);
        }
    }

    private void KeepOfCallback(Exception exception)
    {
        AddException(exception);
        TokenLog.CallbackFailed(Context.Logger, exception);
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
