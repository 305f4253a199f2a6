namespace StopKit;

/// <summary>
/// One registered callback; its owner's gate guards it. Used again for later registrations, told apart by
/// <see cref="Id"/>.
/// </summary>
/// <remarks>
/// <code>
/// free ──register──▶ listed ──a stop takes it──▶ running ──returned or thrown──▶ done (Id + 1)
///   ▲                  │
///   └──── unregister ──┘ (Id + 1)
/// </code>
/// </remarks>
internal sealed class StopCallback(StopSource owner)
{
    internal readonly StopSource Owner = owner;
    internal long Id = 1;
    private byte _stage; // a byte, so that a callback costs no more than with the stage alone

    /// <summary>
    /// True if its run is an observation of the stop: it was registered through a token that observes.
    /// </summary>
    internal bool Observes;

    /// <summary>
    /// An <c>Action&lt;StopReason&gt;</c>, or one that is handed <see cref="State"/> too: each is called directly.
    /// </summary>
    internal Delegate? Action;
    internal object? State;
    internal StopCallback? Previous;
    internal StopCallback? Next;

    /// <summary>The managed id of the thread that runs it; 0 while it is not running.</summary>
    internal int RunningThread;

    /// <summary>
    /// Completed when the callback that runs has returned; made only when code wants to wait for that.
    /// </summary>
    internal TaskCompletionSource? Returned;

    internal StopStage Stage
    {
        get => (StopStage)_stage;
        set => _stage = (byte)value;
    }

    /// <summary>Ends a registration: whatever still holds its number holds an old one.</summary>
    internal void Retire()
    {
        Id++;
        Action = null;
        State = null;
        RunningThread = 0;
        Returned = null;
    }
}
