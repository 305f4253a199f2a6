using System.Diagnostics;

namespace StopKit;

/// <summary>
/// Runs the main part of a program so that signals stop it well, and gives its exit code: the one-liner for
/// <c>Main</c>.
/// </summary>
/// <remarks>
/// <code>
/// running ──1st signal──▶ stopping ──2nd signal, or Grace──▶ aborting ──3rd signal, or AbortPeriod──▶ process ended
///    └─────────────────────────┴──main ends: its exit code─────┴──main ends: 124, or 128 + n
/// </code>
/// <para>Exit codes. Whatever is not 0 is explained on stderr, with the names of the workers that it is about:</para>
/// <list type="table">
/// <listheader><term>code</term><description>when; what happens</description></listheader>
/// <item><term>0</term><description>main completed, or stopped within the grace; <c>StopApp</c>
/// returns</description></item>
/// <item><term>128 + n</term><description>the same by <see cref="ShutdownOptions.SignalExitCodes"/>, after signal n;
/// <c>StopApp</c> returns</description></item>
/// <item><term>1</term><description>main, or a member of the root group, threw an exception; <c>StopApp</c>
/// returns</description></item>
/// <item><term>the code of an <see cref="ExitException"/></term><description>main was left by one; <c>StopApp</c>
/// returns</description></item>
/// <item><term>124</term><description>main did not end within the grace; <c>StopApp</c> ends the
/// process</description></item>
/// <item><term>128 + n</term><description>main did not end before a second signal n; <c>StopApp</c> ends the
/// process</description></item>
/// </list>
/// <para>
/// Where <c>StopApp</c> ends the process, no <c>finally</c> block around it runs. If main has ended after the abort,
/// exit handlers run, as after <c>Environment.Exit</c>; if something of it still runs, or at a third signal, they do
/// not: it may hold them up as well.
/// </para>
/// <para>
/// Thread-safe. A main that was not stopped leaves nothing behind: signals take their default action again. After one
/// that was stopped by a signal the rest of the process is part of that stop, until it ends or something listens again:
/// further signals count on, and the process is ended when <see cref="ShutdownOptions.DrainDelay"/>, grace and abort
/// period are over, with 124 unless main failed or named a code, should a foreground thread or an exit handler hold it.
/// What is written to stderr and to the logger is written on other threads: if they block, the end takes up to three
/// seconds more.
/// </para>
/// <para>
/// A process has one main. Inside another <c>StopApp</c>, or below an older <see cref="ShutdownSignals"/>, it is a part
/// of that program: while the outer one is being stopped, an inner <c>StopApp</c> reports what is late, and returns its
/// code instead of ending the process. An inner main that never returns is ended with the outer program, when the
/// limits of that one are over.
/// </para>
/// <para>
/// <see cref="RunAsync(Worker, ShutdownOptions)"/> waits on a thread of its own, on which the code behind it goes on,
/// so that it needs no thread of the pool. An asynchronous main needs the pool itself.
/// </para>
/// </remarks>
public static class StopApp
{
    private static readonly ManualResetEventSlim EndOfProcess = new(); // never set
    private static int _isEnding;

    /// <summary>
    /// Gets a value indicating whether a program that <see cref="StopApp"/> runs has received a signal, even if
    /// <see cref="ShutdownOptions.DrainDelay"/> holds its stop back: take no new work from outside.
    /// </summary>
    /// <remarks>
    /// For a readiness probe. False again once a later <see cref="StopApp"/> or <see cref="ShutdownSignals"/> says that
    /// the process goes on.
    /// </remarks>
    public static bool IsDraining => SignalHub.IsDraining;

    /// <summary>Runs a synchronous main on the calling thread.</summary>
    /// <param name="main">The program. Look at the token often, and return when it is stopped.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The exit code to return from <c>Main</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="main"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="main"/> is an async void method: the program would end at
    /// its first await.</exception>
    /// <inheritdoc cref="ShutdownSignals.Listen(ShutdownOptions)" path="/exception"/>
    public static int Run(Action<StopToken> main, ShutdownOptions? options = null)
    {
        AsyncVoidGuard.Refuse(main, "Run it by StopApp.RunAsync.");
        var worker = new CallerThreadWorker(main, OptionsFor(options));
        var signals = ShutdownSignals.Listen(options, worker, listening => Supervise(listening, worker, givenUp: null));
        try
        {
            ServiceNotice.Begin(worker, signals);
            worker.Start(signals.Token); // returns when main does
            return End(worker, worker.Completion.Result, signals);
        }
        finally
        {
            signals.Retire();
        }
    }

    /// <summary>Runs an asynchronous main.</summary>
    /// <param name="main">The program. Look at the token often, and return when it is stopped.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A task that ends with the exit code to return from <c>Main</c>; what main throws becomes one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="main"/> is null.</exception>
    /// <inheritdoc cref="ShutdownSignals.Listen(ShutdownOptions)" path="/exception"/>
    public static async Task<int> RunAsync(Func<StopToken, Task> main, ShutdownOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        return await RunAsync(new AsyncWorker.BodyWorker("main", main, OptionsFor(options)), options).ConfigureAwait(false);
    }

    /// <summary>Runs a worker as the program: starts it, and waits until it has ended.</summary>
    /// <param name="root">
    /// The worker, not started. A <see cref="WorkerGroup"/> that is stopped by a failure gets
    /// <see cref="ShutdownOptions.Grace"/>, or its own grace if that is shorter and not the default.
    /// </param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A task that ends with the exit code to return from <c>Main</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="root"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The worker was started before, or is in a group.</exception>
    /// <exception cref="ObjectDisposedException">The worker was disposed.</exception>
    /// <inheritdoc cref="ShutdownSignals.Listen(ShutdownOptions)" path="/exception"/>
    public static async Task<int> RunAsync(Worker root, ShutdownOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        // Synchronous continuations: what the caller does next runs on the thread that ends this task, and needs no pool either.
        var ended = new TaskCompletionSource<int>();
        var signals = ShutdownSignals.Listen(options, root, listening => Supervise(listening, root, ended));
        try
        {
            root.InheritGrace(signals.Options.Grace);
            ServiceNotice.Begin(root, signals);
            root.Start(signals.Token);
            BackgroundThread.Start("StopKit main", () => AwaitEnd(root, signals, ended));
            return await ended.Task.ConfigureAwait(false);
        }
        finally
        {
            signals.Retire();
        }
    }

    private static void AwaitEnd(Worker root, ShutdownSignals signals, TaskCompletionSource<int> ended)
    {
        try
        {
            root.WaitForEnd(Timeout.InfiniteTimeSpan);
            ended.TrySetResult(End(root, root.Completion.Result, signals));
        }
#pragma warning disable CA1031 // the program's clock may throw, which then is its main's failure and not a crash of this thread
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ended.TrySetException(exception);
        }
    }

    private static WorkerOptions OptionsFor(ShutdownOptions? options) => new()
    {
        Grace = (options ?? ShutdownOptions.Default).Grace,
        AbortPeriod = (options ?? ShutdownOptions.Default).AbortPeriod,
        TimeProvider = (options ?? ShutdownOptions.Default).TimeProvider,
        Logger = options?.Logger,
    };

    /// <summary>
    /// Ends the process if the program does not: on a thread of its own, since callbacks and timers may be what hangs.
    /// </summary>
    private static void Supervise(ShutdownSignals signals, Worker root, TaskCompletionSource<int>? givenUp)
    {
        var options = signals.Options;
        var start = options.TimeProvider.GetTimestamp();
        // Until the second signal, or the end of the grace; if the program has ended by then, it does not matter when.
        signals.Hurry.Wait(Timeouts.Sum(options.DrainDelay, options.Grace));
        var isRepeated = signals.Repeated is not null;
        var ceiling = isRepeated ? Timeouts.Sum(options.TimeProvider.GetElapsedTime(start), options.AbortPeriod) : signals.Ceiling;
        if (root.State != WorkerState.Finished)
        {
            // The timer of the grace has done this unless the thread pool is exhausted. In the background, because a callback may block.
            // Not after a second signal: that one requests the abort itself, and must be its reason and the exit code.
            if (!isRepeated)
                BackgroundThread.Start("StopKit abort", () => signals.Abort(StopReason.Deadline(options.Grace, "grace")));
            if (!root.WaitForEnd(options.AbortPeriod))
            {
                var code = EndWithLate(root, signals);
                // Still here, so there is an outer program, which goes on without this one. Its code may wait for long: not on this thread.
                if (givenUp is not null)
                    BackgroundThread.Start("StopKit main", () => givenUp.TrySetResult(code));
                SignalHub.WaitForOuter(signals);
            }
        }

        // The root has ended, but a foreground thread may still hold the process: the same ceiling stands for that. This thread does not
        // hold it, so in a program that ends by itself the rest never happens.
        var left = Timeouts.Left(ceiling, options.TimeProvider.GetElapsedTime(start));
        if (signals.Superseded.Wait(left))
            return;
        SignalHub.WaitForOuter(signals);
        if (!signals.Superseded.IsSet)
            EndProcess(ExitCodes.OfLate(root.Snapshot(), signals), code => ExitText.OfHeld(code, root));
    }

    /// <summary>
    /// Names what is late and ends the process, unless that is an outer program's: a thread that does not end would
    /// otherwise keep it.
    /// </summary>
    /// <returns>The code of an inner program.</returns>
    private static int EndWithLate(Worker root, ShutdownSignals signals)
    {
        // Decided before anything is written, so that all that is written fits to it.
        var code = ExitCodes.OfLate(root.Snapshot(), signals);
        root.Abandon(); // in the log, too
        string Text(int exitCode) => ExitText.OfLate(exitCode, root, signals);
        if (SignalHub.IsInner(signals))
            StandardError.Post(() => Text(code));
        else
            EndProcess(code, Text);
        return code;
    }

    /// <summary>Explains the end and ends the process; does not return.</summary>
    private static void EndProcess(int code, Func<int, string> text)
    {
        // Once: a group may give up in the very moment in which the supervisor does, and the end of one would cut off the other's report.
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
            EndOfProcess.Wait();
        StandardError.Post(() => text(code));
        Flush();
        ProcessEnd.Now(code);
    }

    /// <summary>
    /// Explains the end of a program whose root has ended, and gives its exit code; ends the process for a forced end.
    /// </summary>
    private static int End(Worker root, WorkerResult result, ShutdownSignals signals)
    {
        if (result.Outcome == WorkerOutcome.Abandoned)
            return EndWithLate(root, signals);
        var code = ExitCodes.Of(result, signals);
        if (ExitText.OfEnded(code, root, result, signals) is { } text)
            StandardError.Post(text);
        Flush();
        // All of it has ended, so exit handlers get what is left of the time; the supervisor stays until the end.
        if (result.Outcome == WorkerOutcome.Aborted && !SignalHub.IsInner(signals))
            ProcessEnd.AfterExitHandlers(code);
        return code;
    }

    /// <summary>Waits, for a bounded time, until all texts are written: stderr, the notices, the log.</summary>
    private static void Flush()
    {
        var start = Stopwatch.GetTimestamp(); // not the program's clock, which the waits do not know
        StandardError.Flush(ShutdownSignals.LastWordsLimit);
        ServiceNotice.Flush(Timeouts.Left(ShutdownSignals.LastWordsLimit, Stopwatch.GetElapsedTime(start)));
        BackgroundWriter.Flush(Timeouts.Left(ShutdownSignals.LastWordsLimit, Stopwatch.GetElapsedTime(start)));
    }
}
