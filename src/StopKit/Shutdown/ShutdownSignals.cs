using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>Turns the signals that ask a process to end (on Windows the console's control events) into a stop.</summary>
/// <remarks>
/// <code>
/// listening ──1st signal──▶ draining ──DrainDelay──▶ stopping ──2nd signal, or Grace──▶ aborting ──3rd signal──▶ the process ends with 128 + n
///                              └───────────────2nd signal cuts the delay short───────────────▲
/// </code>
/// <para>
/// A signal within <see cref="ShutdownOptions.Debounce"/> of the last one that counted is ignored, of whatever kind. A signal only ever
/// shortens the time that is left. Every listener in the process hears every signal.
/// </para>
/// <para>
/// Thread-safe. Handlers return at once; stop and abort are requested on threads of their own, so that a callback that blocks holds up
/// neither the next signal nor the thread pool. After <see cref="Dispose"/> the token keeps its last state and, if nobody
/// else listens, signals take their default action again. A signal that came before is passed on, however close it was.
/// </para>
/// <para>
/// .NET itself runs the handlers of SIGINT, SIGTERM and SIGQUIT on threads of their own, but that of SIGHUP on the thread pool: while
/// all threads of an exhausted pool are blocked, SIGHUP waits, and the others still work.
/// </para>
/// </remarks>
[DebuggerDisplay("Received = {Received}, Stage = {_source.Stage}")]
public sealed class ShutdownSignals : IDisposable
{
    private readonly StopSource _source;
    private readonly Action<ShutdownSignals>? _supervisor;
    private long _lastCounted;
    private int _counted;
    private int _received; // 0 for none: no PosixSignal is 0
    private int _repeated; // 0 for none, as above
    private volatile bool _isDraining;

    private ShutdownSignals(ShutdownOptions options, Action<ShutdownSignals>? supervisor)
    {
        Options = options;
        _supervisor = supervisor;
        _source = new StopSource(options.TimeProvider, options.Logger);
        Hurry = new StopEvent(timeProvider: options.TimeProvider);
        Superseded = new StopEvent(timeProvider: options.TimeProvider);
    }

    /// <summary>Gets the token that stops at the first signal and aborts at the second, or when <see cref="ShutdownOptions.Grace"/> is over.</summary>
    public StopToken Token => _source.Token;

    /// <summary>Gets the first signal that was received; null if there was none.</summary>
    public PosixSignal? Received => Volatile.Read(ref _received) is not 0 and var signal ? (PosixSignal)signal : null;

    /// <summary>Gets a value indicating whether a signal was received, even if the stop is not passed on yet: take no new work from outside.</summary>
    public bool IsDraining => _isDraining;

    internal ShutdownOptions Options { get; }

    internal StopSource Source => _source;

    /// <summary>Gets how long the stop of a program takes at most, from the first signal to the end of its process.</summary>
    internal TimeSpan Ceiling => Timeouts.Sum(Timeouts.Sum(Options.DrainDelay, Options.Grace), Options.AbortPeriod);

    /// <summary>Gets an event that is set at the second signal, and at the end of listening: no delay is kept from then on.</summary>
    internal StopEvent Hurry { get; }

    /// <summary>Gets an event that is set when the program goes on after all.</summary>
    internal StopEvent Superseded { get; }

    /// <summary>Gets the second signal that counted; null if there was none.</summary>
    internal PosixSignal? Repeated => Volatile.Read(ref _repeated) is not 0 and var signal ? (PosixSignal)signal : null;

    /// <summary>Starts to listen.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The listener; dispose it to let signals take their default action again.</returns>
    /// <exception cref="IOException">One of <see cref="ShutdownOptions.Signals"/> cannot be listened to, such as a raw number that the C library keeps for itself.</exception>
    /// <exception cref="PlatformNotSupportedException">One of <see cref="ShutdownOptions.Signals"/> is unknown to the platform.</exception>
    public static ShutdownSignals Listen(ShutdownOptions? options = null) => Listen(options, supervisor: null);

    /// <summary>Stops listening; requests nothing, but does not return before a signal that was received has changed the token.</summary>
    /// <remarks>What is left of <see cref="ShutdownOptions.DrainDelay"/> is cut off. Waits for no callback, and may be called by one.</remarks>
    public void Dispose()
    {
        SignalHub.Remove(this);
        Hurry.Set();
        // That signal took no default action, so it must not be lost with the source. It is on its way on a thread that nothing holds up.
        var due = _counted switch { 0 => StopStage.Running, 1 => StopStage.Stopping, _ => StopStage.Aborting };
        SpinWait.SpinUntil(() => _source.Stage >= due);
        _source.Dispose();
    }

    /// <summary>
    /// Ends the listening of a program whose main has returned. If a signal has stopped it, further ones still count until the end of the
    /// process, or until somebody else listens: the one key press that arrives twice must not kill it while it exits.
    /// </summary>
    internal void Retire()
    {
        if (!SignalHub.Retire(this))
            Dispose();
    }

    /// <summary>Called when somebody else listens: the program goes on, so that neither signals nor times count for this one any more.</summary>
    internal void Supersede()
    {
        Superseded.Set();
        Hurry.Set();
        _source.Dispose();
    }

    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="supervisor">Runs on a thread of its own from the first signal on.</param>
    internal static ShutdownSignals Listen(ShutdownOptions? options, Action<ShutdownSignals>? supervisor)
    {
        var signals = new ShutdownSignals(options ?? ShutdownOptions.Default, supervisor);
        SignalHub.Add(signals);
        return signals;
    }

    /// <summary>Takes a signal, on a thread that must not be held up; the hub calls it for one signal at a time.</summary>
    internal void Receive(PosixSignal signal)
    {
        var now = Options.TimeProvider.GetTimestamp();
        if (_counted > 0 && Options.TimeProvider.GetElapsedTime(_lastCounted, now) < Options.Debounce)
            return;
        _lastCounted = now;
        switch (++_counted)
        {
            case 1:
                Volatile.Write(ref _received, (int)signal);
                _isDraining = true;
                RunInBackground("StopKit stop", () => Stop(signal));
                if (signal == PosixSignal.SIGINT && Options.Hint is { } hint)
                    RunInBackground("StopKit hint", () => StandardError.WriteLine(hint)); // a terminal that is held may block it
                if (_supervisor is not null)
                    RunInBackground("StopKit supervisor", () => _supervisor(this));
                break;
            case 2:
                Volatile.Write(ref _repeated, (int)signal);
                Hurry.Set();
                RunInBackground("StopKit abort", () => Abort(StopReason.FromSignal(signal)));
                break;
            default:
                ProcessEnd.Now(ExitCodes.ForSignal(signal));
                break;
        }
    }

    /// <summary>Requests the abort, once the stop is requested.</summary>
    internal void Abort(StopReason reason)
    {
        // A moment: the reason of the stop is the first signal, also if its thread is slower than this one.
        SpinWait.SpinUntil(() => _source.IsStopRequested || !_source.Token.CanBeStopped);
        _source.RequestAbort(reason);
    }

    internal static Thread RunInBackground(string name, Action action)
    {
        var thread = new Thread(() => action()) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Stop(PosixSignal signal)
    {
        Hurry.Wait(Options.DrainDelay);
        _source.RequestStop(StopReason.FromSignal(signal), Options.Grace);
    }
}
