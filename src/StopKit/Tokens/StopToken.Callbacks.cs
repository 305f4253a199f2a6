namespace StopKit;

/// <content>Callbacks.</content>
public readonly partial struct StopToken
{
    /// <summary>
    /// Registers a callback that runs once, at stop; at once, on the calling thread, if the stop was requested.
    /// </summary>
    /// <param name="callback">
    /// What to run, with the stop's reason. It runs on the requesting thread, in its execution context; keep it short.
    /// </param>
    /// <returns>
    /// The registration; dispose it when the callback is not needed any more. Empty for a token that cannot be stopped.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <remarks>
    /// What the callback throws is kept in <see cref="StopSource.CallbackExceptions"/> and logged, whichever thread it
    /// runs on. A callback may request, register, and unregister itself or others.
    /// </remarks>
    public StopRegistration OnStop(Action<StopReason> callback) => Register(StopStage.Stopping, callback);

    /// <inheritdoc cref="OnStop(Action{StopReason})"/>
    /// <param name="callback">
    /// What to run, with <paramref name="state"/> and the stop's reason; make it <see langword="static"/> and it costs
    /// no allocation.
    /// </param>
    /// <param name="state">Handed to the callback.</param>
    public StopRegistration OnStop(Action<object?, StopReason> callback, object? state) => Register(StopStage.Stopping, callback, state);

    /// <summary>
    /// Registers a callback that runs once, at abort; at once, on the calling thread, if the abort was requested.
    /// </summary>
    /// <param name="callback">
    /// What to run, with the abort's reason. It runs on the requesting thread, in its execution context; keep it short.
    /// </param>
    /// <returns>
    /// The registration; dispose it when the callback is not needed any more. Empty for a token that cannot be stopped.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <remarks><inheritdoc cref="OnStop(Action{StopReason})" path="/remarks"/></remarks>
    public StopRegistration OnAbort(Action<StopReason> callback) => Register(StopStage.Aborting, callback);

    /// <inheritdoc cref="OnAbort(Action{StopReason})"/>
    /// <param name="callback">
    /// What to run, with <paramref name="state"/> and the abort's reason; make it <see langword="static"/> and it costs
    /// no allocation.
    /// </param>
    /// <param name="state">Handed to the callback.</param>
    public StopRegistration OnAbort(Action<object?, StopReason> callback, object? state) => Register(StopStage.Aborting, callback, state);

    private StopRegistration Register(StopStage stage, Delegate callback, object? state = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Look(stage == StopStage.Aborting ? nameof(OnAbort) : nameof(OnStop));
        return _source?.Register(stage, callback, state, observes: !_isUnobserving) ?? default;
    }
}
