using System.ComponentModel;
using System.Diagnostics;

namespace StopKit;

/// <summary>
/// What <see cref="StopApp"/> is made of, for a host that starts and ends a program in its own way: signals, the stop
/// of the root, the exit code, and the text that explains it.
/// </summary>
/// <remarks>
/// <para>
/// Programs use <see cref="StopApp"/>, and programs in a Generic Host the package StopKit.Hosting; this is for the
/// integration of another host. Start one session for the root worker of the program, stop the root by
/// <see cref="Worker.RequestStop"/> when the host stops, await <see cref="Completion"/>, return its code from
/// <c>Main</c>, and dispose the session.
/// </para>
/// <para>
/// After a signal the process is ended as <see cref="StopApp"/> says, if its limits are over. Without one it is ended
/// only if <see cref="EndsProcess"/> says so. A root that has ended after the abort does not end the process here: the
/// host gets the code, and what is left of the time. Thread-safe. After <see cref="Dispose"/> the tokens keep their
/// last state; the root is not stopped by it.
/// </para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[DebuggerDisplay("{_root}, Received = {_signals.Received}")]
public sealed class StopAppSession : IDisposable
{
    private static readonly ManualResetEventSlim EndOfProcess = new(); // never set
    private static int _isEnding;

    private readonly Worker _root;
    private readonly ShutdownSignals _signals;
    private readonly bool _isHosted;
    private readonly BackgroundText? _listener; // tells the host, which may block

    // Synchronous continuations: what the caller does next runs on the thread that ends this task, and needs no pool either.
    private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.None);
    private volatile bool _endsProcess = true;

    private StopAppSession(Worker root, ShutdownOptions? options, bool isHosted, bool hearsSignals, Action<string>? explained)
    {
        _root = root;
        _isHosted = isHosted;
        _listener = explained is null ? null : new BackgroundText("StopKit report", explained);
        _signals = ShutdownSignals.Listen(options, root, _ => Supervise(), hearsSignals);
    }

    /// <summary>
    /// Gets the token that stops at the first signal, once the drain delay is over, and aborts after that.
    /// </summary>
    public StopToken Token => _signals.Token;

    /// <summary>Gets a token that stops at the first signal, before the drain delay.</summary>
    public StopToken Draining => _signals.Draining;

    /// <summary>Gets a value indicating whether a signal was received.</summary>
    public bool IsDraining => _signals.IsDraining;

    /// <summary>
    /// Gets or sets a value indicating whether a root that is late ends the process also if no signal has stopped it:
    /// true by default.
    /// </summary>
    /// <remarks>False is for a host that may be a part of a process, as in a test.</remarks>
    public bool EndsProcess
    {
        get => _endsProcess || _signals.Received is not null;
        set => _endsProcess = value;
    }

    /// <summary>
    /// Gets a task that ends with the exit code, when the root has ended or is given up; it fails only if the clock of
    /// the options does.
    /// </summary>
    public Task<int> Completion => _completion.Task;

    /// <summary>Starts to listen to signals, and starts the root.</summary>
    /// <param name="root">The worker that is the program, not started. It stops and aborts by the signals.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="hearsSignals">
    /// False for a program whose process is another's: then only the host stops the root.
    /// </param>
    /// <param name="explained">
    /// Called with the text for each exit code that is not 0, beside stderr, which gets it too; on a thread of its own,
    /// and waited for three seconds at most before the process ends.
    /// </param>
    /// <returns>The session.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="root"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The worker was started before, or is in a group.</exception>
    /// <exception cref="ObjectDisposedException">The worker was disposed.</exception>
    /// <inheritdoc cref="ShutdownSignals.Listen(ShutdownOptions)" path="/exception"/>
    public static StopAppSession Start(
        Worker root, ShutdownOptions? options = null, bool hearsSignals = true, Action<string>? explained = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Start(root, options, isHosted: true, hearsSignals, explained);
    }

    /// <summary>Stops listening.</summary>
    /// <remarks>
    /// After a signal further ones count on until the end of the process, or until something else listens.
    /// </remarks>
    public void Dispose() => _signals.Retire();

    internal static StopAppSession Start(Worker root, ShutdownOptions? options) =>
        Start(root, options, isHosted: false, hearsSignals: true, explained: null);

    /// <summary>Runs a root whose start returns when it has ended.</summary>
    internal static int Run(CallerThreadWorker root, ShutdownOptions? options)
    {
        using var session = new StopAppSession(root, options, isHosted: false, hearsSignals: true, explained: null);
        ServiceNotice.Begin(root, session._signals);
        root.Start(session._signals.Token);
        return session.End(root.Completion.Result);
    }

    private static StopAppSession Start(Worker root, ShutdownOptions? options, bool isHosted, bool hearsSignals, Action<string>? explained)
    {
        var session = new StopAppSession(root, options, isHosted, hearsSignals, explained);
        try
        {
            root.InheritGrace(session._signals.Options.Grace);
            if (hearsSignals)
                ServiceNotice.Begin(root, session._signals);
            root.Start(session._signals.Token);
            BackgroundThread.Start("StopKit main", session.AwaitEnd);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private void AwaitEnd()
    {
        try
        {
            _root.WaitForEnd(Timeout.InfiniteTimeSpan);
            _completion.TrySetResult(End(_root.Completion.Result));
        }
#pragma warning disable CA1031 // the program's clock may throw, which then is its main's failure and not a crash of this thread
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _completion.TrySetException(exception);
        }
    }

    /// <summary>
    /// Ends the process if the program does not: on a thread of its own, since callbacks and timers may be what hangs.
    /// </summary>
    private void Supervise()
    {
        var options = _signals.Options;
        var start = GuardedClock.Timestamp(options.TimeProvider); // a clock that throws here would end the process
        TimeSpan Elapsed() => GuardedClock.Elapsed(options.TimeProvider, start, GuardedClock.Timestamp(options.TimeProvider));
        // Until the second signal, or the end of the grace; if the program has ended by then, it does not matter when.
        _signals.Hurry.Wait(Timeouts.Sum(options.DrainDelay, options.Grace));
        var isRepeated = _signals.Repeated is not null;
        var ceiling = isRepeated ? Timeouts.Sum(Elapsed(), options.AbortPeriod) : _signals.Ceiling;
        if (_root.State != WorkerState.Finished)
        {
            // The timer of the grace has done this unless the thread pool is exhausted. In the background, because a callback may block.
            // Not after a second signal: that one requests the abort itself, and must be its reason and the exit code.
            if (!isRepeated)
                BackgroundThread.Start("StopKit abort", () => _signals.Abort(StopReason.Deadline(options.Grace, "grace")));
            if (!_root.WaitForEnd(options.AbortPeriod))
            {
                var code = EndWithLate();
                // Still here, so there is an outer program, which goes on without this one. Its code may wait for long: not on this thread.
                BackgroundThread.Start("StopKit main", () => _completion.TrySetResult(code));
                SignalHub.WaitForOuter(_signals);
            }
        }

        // The root has ended, but a foreground thread may still hold the process: the same ceiling stands for that. This thread does not
        // hold it, so in a program that ends by itself the rest never happens.
        var left = Timeouts.Left(ceiling, Elapsed());
        if (_signals.Superseded.Wait(left))
            return;
        SignalHub.WaitForOuter(_signals);
        if (!_signals.Superseded.IsSet)
            EndProcess(ExitCodes.OfLate(_root.Snapshot(), _signals), HeldText);
    }

    // A group that has left a member behind ends in the very moment in which the time of the program is over.
    private string HeldText(int code) => _root.Snapshot().Outcome == WorkerOutcome.Abandoned
        ? ExitText.OfLate(code, _root, _signals)
        : ExitText.OfHeld(code, _root);

    /// <summary>
    /// Names what is late and ends the process, unless that is an outer program's or the host's: a thread that does not
    /// end would otherwise keep it.
    /// </summary>
    /// <returns>The code of a program that goes on.</returns>
    private int EndWithLate()
    {
        // Decided before anything is written, so that all that is written fits to it.
        var code = ExitCodes.OfLate(_root.Snapshot(), _signals);
        _root.Abandon(); // in the log, too
        string Text(int exitCode) => ExitText.OfLate(exitCode, _root, _signals);
        if (EndsProcess && !SignalHub.IsInner(_signals))
            EndProcess(code, Text);
        Explain(() => Text(code));
        return code;
    }

    /// <summary>Explains the end and ends the process; does not return.</summary>
    private void EndProcess(int code, Func<int, string> text)
    {
        // Once: a group may give up in the very moment in which the supervisor does, and the end of one would cut off the other's report.
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
            EndOfProcess.Wait();
        Explain(() => text(code));
        Flush();
        ProcessEnd.Now(code);
    }

    /// <summary>
    /// Explains the end of a program whose root has ended, and gives its exit code; ends the process for a forced end.
    /// </summary>
    private int End(WorkerResult result)
    {
        if (result.Outcome == WorkerOutcome.Abandoned)
            return EndWithLate();
        var code = ExitCodes.Of(result, _signals);
        if (ExitText.OfEnded(code, _root, result, _signals) is { } text)
            Explain(() => text);
        Flush();
        // All of it has ended, so exit handlers get what is left of the time; the supervisor stays until the end.
        if (result.Outcome == WorkerOutcome.Aborted && !_isHosted && !SignalHub.IsInner(_signals))
            ProcessEnd.AfterExitHandlers(code);
        return code;
    }

    private void Explain(Func<string> makeText)
    {
        var text = new Lazy<string>(makeText); // made once, by the first of the two threads that need it
        StandardError.Post(() => text.Value);
        _listener?.Post(() => text.Value);
    }

    /// <summary>
    /// Waits, for a bounded time, until all texts are written: stderr, the host, the notices, the log.
    /// </summary>
    private void Flush()
    {
        var start = Stopwatch.GetTimestamp(); // not the program's clock, which the waits do not know
        TimeSpan Left() => Timeouts.Left(ShutdownSignals.LastWordsLimit, Stopwatch.GetElapsedTime(start));
        StandardError.Flush(Left());
        _listener?.Flush(Left());
        ServiceNotice.Flush(Left());
        BackgroundWriter.Flush(Left());
    }
}
