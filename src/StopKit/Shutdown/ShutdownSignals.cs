using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <summary>
/// Turns the signals that ask a process to end (on Windows the console's control events) into a stop.
/// </summary>
/// <remarks>
/// <code>
/// listening ──1st signal──▶ draining ──DrainDelay──▶ stopping ──2nd signal, or Grace──▶ aborting ──3rd──▶ exit 128 + n
///                              └───────────────2nd signal cuts the delay short───────────────▲
/// </code>
/// <para>
/// A signal within <see cref="ShutdownOptions.Debounce"/> of the last one that counted is ignored, of whatever kind. A
/// signal only ever shortens the time that is left. Every listener in the process hears every signal.
/// </para>
/// <para>
/// Thread-safe. Handlers return at once; stop and abort are requested on threads of their own, so that a callback that
/// blocks holds up neither the next signal nor the thread pool. After <see cref="Dispose"/> the token keeps its last
/// state and, if nothing else listens, signals take their default action again. A signal that came before is passed on,
/// however close it was.
/// </para>
/// <para>
/// .NET itself runs the handlers of SIGINT, SIGTERM and SIGQUIT on threads of their own, but that of SIGHUP on the
/// thread pool: while all threads of an exhausted pool are blocked, SIGHUP waits, and the others still work.
/// </para>
/// </remarks>
[DebuggerDisplay("Received = {Received}, Stage = {_source.Stage}")]
public sealed class ShutdownSignals : IDisposable
{
    /// <summary>
    /// How long the end of a process waits for its last texts; a line takes a moment, but a machine may be busy, and
    /// stderr blocked.
    /// </summary>
    internal static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(3);

    private readonly StopSource _source;
    private readonly StopSource _draining;
    private readonly Worker? _root; // of the program, if StopApp runs it
    private readonly Action<ShutdownSignals>? _supervisor;
    private long _firstCounted;
    private long _lastCounted;
    private int _counted;
    private int _received; // 0 for none: no PosixSignal is 0
    private int _repeated; // 0 for none, as above
    private volatile bool _isDraining;

    private ShutdownSignals(ShutdownOptions options, Worker? root, Action<ShutdownSignals>? supervisor, StopSource? source = null)
    {
        Options = options;
        _root = root;
        _supervisor = supervisor;
        _source = source ?? new StopSource(options.TimeProvider, options.Logger);
        _draining = new StopSource(new StopContext(options.TimeProvider, GuardedLogger.For(options.Logger)) { IsUncounted = true });
        var time = GuardedClock.WithTimers(options.TimeProvider); // a wait that throws would end the process from a thread of ours
        Hurry = new StopEvent(timeProvider: time);
        Superseded = new StopEvent(timeProvider: time);
    }

    /// <summary>
    /// Gets the token that stops at the first signal and aborts at the second, or when
    /// <see cref="ShutdownOptions.Grace"/> is over.
    /// </summary>
    public StopToken Token => _source.Token;

    /// <summary>Gets the first signal that was received; null if there was none.</summary>
    public PosixSignal? Received => Volatile.Read(ref _received) is not 0 and var signal ? (PosixSignal)signal : null;

    /// <summary>
    /// Gets a value indicating whether a signal was received, even if the stop is not passed on yet: take no new work
    /// from outside.
    /// </summary>
    public bool IsDraining => _isDraining;

    /// <summary>
    /// Gets a token that stops at the first signal, before <see cref="ShutdownOptions.DrainDelay"/>: for what must hear
    /// at once that no new work is to come, such as a service manager or a load balancer.
    /// </summary>
    /// <remarks>It never aborts. A callback on it that blocks holds up no stop.</remarks>
    public StopToken Draining => _draining.Token;

    internal ShutdownOptions Options { get; }

    internal StopSource Source => _source;

    /// <summary>
    /// Gets how long the stop of a program takes at most, from the first signal to the end of its process.
    /// </summary>
    internal TimeSpan Ceiling => Timeouts.Sum(Timeouts.Sum(Options.DrainDelay, Options.Grace), Options.AbortPeriod);

    /// <summary>
    /// Gets how long others have to leave the process to this listener: what is left of its stop, zero before the first
    /// signal and after the stop's last moment; infinite if a program is run by it, which ends the process itself then.
    /// Called under the hub's lock.
    /// </summary>
    internal TimeSpan TimeToEnd
    {
        get
        {
            if (_counted == 0)
                return TimeSpan.Zero;
            if (_supervisor is not null)
                return Timeout.InfiniteTimeSpan;
            var now = GuardedClock.Timestamp(Options.TimeProvider);
            var left = Timeouts.Left(Ceiling, GuardedClock.Elapsed(Options.TimeProvider, _firstCounted, now));
            return _counted == 1
                ? left
                : Timeouts.Shorter(left, Timeouts.Left(Options.AbortPeriod, GuardedClock.Elapsed(Options.TimeProvider, _lastCounted, now)));
        }
    }

    /// <summary>Gets a value indicating whether a program that is run by it has received a signal.</summary>
    internal bool IsProgramDraining => _root is not null && _isDraining;

    /// <summary>
    /// Gets an event that is set at the second signal, and at the end of listening: no delay is kept from then on.
    /// </summary>
    internal StopEvent Hurry { get; }

    /// <summary>Gets an event that is set when the program goes on after all.</summary>
    internal StopEvent Superseded { get; }

    /// <summary>Gets the second signal that counted; null if there was none.</summary>
    internal PosixSignal? Repeated => Volatile.Read(ref _repeated) is not 0 and var signal ? (PosixSignal)signal : null;

    /// <summary>Starts to listen.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The listener; dispose it to let signals take their default action again.</returns>
    /// <exception cref="IOException">One of <see cref="ShutdownOptions.Signals"/> cannot be listened to, such as a raw
    /// number that the C library keeps for itself.</exception>
    /// <exception cref="PlatformNotSupportedException">One of <see cref="ShutdownOptions.Signals"/> is unknown to the
    /// platform.</exception>
    public static ShutdownSignals Listen(ShutdownOptions? options = null) => Listen(options, root: null, supervisor: null);

    /// <summary>
    /// Stops listening; requests nothing, but does not return before a signal that was received has changed the token.
    /// </summary>
    /// <remarks>
    /// What is left of <see cref="ShutdownOptions.DrainDelay"/> is cut off. Waits for no callback, and may be called by
    /// one.
    /// </remarks>
    public void Dispose()
    {
        SignalHub.Remove(this);
        Hurry.Set();
        // That signal took no default action, so it must not be lost with the source. It is on its way on a thread that nothing holds up.
        var due = _counted switch { 0 => StopStage.Running, 1 => StopStage.Stopping, _ => StopStage.Aborting };
        SpinWait.SpinUntil(() => _source.Stage >= due);
        _source.Dispose();
        _draining.Dispose();
    }

    /// <summary>
    /// Ends the listening of a program whose main has returned. If a signal has stopped it, further ones still count
    /// until the end of the process, or until something else listens: the one key press that arrives twice must not
    /// kill it while it exits.
    /// </summary>
    internal void Retire()
    {
        ServiceNotice.End(this);
        if (!SignalHub.Retire(this))
            Dispose();
    }

    /// <summary>
    /// Called when something else listens: the program goes on, so that neither signals nor times count for this one
    /// any more.
    /// </summary>
    internal void Supersede()
    {
        Superseded.Set();
        Hurry.Set();
        _source.Dispose();
        _draining.Dispose();
    }

    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="root">The program that is run; null if none is.</param>
    /// <param name="supervisor">Runs on a thread of its own from the first signal on.</param>
    /// <param name="hearsSignals">False for a listener that no signal reaches, of a program that others stop.</param>
    internal static ShutdownSignals Listen(
        ShutdownOptions? options, Worker? root, Action<ShutdownSignals>? supervisor, bool hearsSignals = true)
    {
        var signals = new ShutdownSignals(options ?? ShutdownOptions.Default, root, supervisor);
        if (!hearsSignals)
            return signals;
        SignalHub.Add(signals);
        SignalHub.WarmUp();
        return signals;
    }

    /// <summary>Takes a signal that there was not, in a listener that no signal reaches.</summary>
    internal static void Rehearse()
    {
        var context = new StopContext(TimeProvider.System, NullLogger.Instance) { IsUncounted = true };
        using var signals = new ShutdownSignals(ShutdownOptions.Default, root: null, supervisor: null, new StopSource(context));
        signals.Receive(PosixSignal.SIGTERM, hasHint: false);
    }

    /// <summary>
    /// Takes a signal, on a thread that must not be held up; the hub calls it for one signal at a time.
    /// </summary>
    /// <param name="signal">The signal.</param>
    /// <param name="hasHint">Whether a first key press is explained; false for all but one listener.</param>
    internal void Receive(PosixSignal signal, bool hasHint = true)
    {
        var now = GuardedClock.Timestamp(Options.TimeProvider); // a clock that throws here would end the process
        if (_counted > 0 && GuardedClock.Elapsed(Options.TimeProvider, _lastCounted, now) < Options.Debounce)
            return;
        _lastCounted = now;
        switch (++_counted)
        {
            case 1:
                _firstCounted = now;
                Volatile.Write(ref _received, (int)signal);
                _isDraining = true;
                BackgroundThread.Start("StopKit stop", () => Stop(signal));
                if (hasHint && signal == PosixSignal.SIGINT && Options.Hint is { } hint)
                    StandardError.Post(hint);
                ServiceNotice.Stopping(this);
                if (_supervisor is not null)
                    BackgroundThread.Start("StopKit supervisor", () => _supervisor(this));
                break;
            case 2:
                Volatile.Write(ref _repeated, (int)signal);
                Hurry.Set();
                BackgroundThread.Start("StopKit abort", () => Abort(StopReason.FromSignal(signal)));
                break;
            default:
                if (!SignalHub.IsInner(this)) // the older listener hears the signal as well, and counts by its own debounce
                    EndAtOnce(signal);
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

    private void EndAtOnce(PosixSignal signal)
    {
        var code = ExitCodes.ForSignal(signal);
        StandardError.Post(() => ExitText.OfThirdSignal(code, _root, StopReason.FromSignal(signal)));
        StandardError.Flush(LastWordsLimit);
        ProcessEnd.Now(code);
    }

    private void Stop(PosixSignal signal)
    {
        // In the background, because a callback that blocks must not delay the stop. A reason of its own, since that of the stop
        // is stamped later.
        _draining.RequestStopInBackground(StopReason.FromSignal(signal), Timeout.InfiniteTimeSpan);
        Hurry.Wait(Options.DrainDelay);
        _source.RequestStop(StopReason.FromSignal(signal), Options.Grace);
    }
}
