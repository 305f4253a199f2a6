using System.Diagnostics;

namespace StopKit;

/// <summary>Runs the main part of a program so that signals stop it well, and gives its exit code: the one-liner for <c>Main</c>.</summary>
/// <remarks>
/// <para>
/// The first signal requests the stop, the second, or the end of <see cref="ShutdownOptions.Grace"/>, the abort; the third, or the end of
/// <see cref="ShutdownOptions.AbortPeriod"/>, ends the process, whatever the program does. Who is late when a period ends is named on stderr; a third signal ends it at once and says nothing.
/// </para>
/// <para>
/// Exit codes: 0 if main completed or stopped in time (128 + n by option); the code of an <see cref="ExitException"/>; 1 for any other exception,
/// which is written to stderr; 124 if the stop took longer than its grace; 128 + n if a repeated signal n forced it.
/// </para>
/// <para>
/// Where somebody is late, or a signal forces the end, <c>StopApp</c> does not return: it ends the process with that code itself, and no
/// <c>finally</c> block around it runs, because whoever is late may hold that up as well.
/// </para>
/// <para>
/// Thread-safe, but a process has one main. A main that was not stopped leaves nothing behind: signals take their default action again.
/// After one that was stopped by a signal the rest of the process is part of that stop, until it ends or somebody listens again: further
/// signals count on, and the process is ended when <see cref="ShutdownOptions.DrainDelay"/>, grace and abort period are over, with 124 unless
/// main failed or named a code, should a foreground thread or an exit handler hold it. If stderr or the logger blocks, the end takes up to three seconds more.
/// </para>
/// </remarks>
public static class StopApp
{
    // What is late by then may hold the console, so the report gets little time; more than half a second, which a busy machine has taken.
    private static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(3);

    private static readonly ManualResetEventSlim EndOfProcess = new(); // never set
    private static int _isEnding;

    /// <summary>Runs a synchronous main on the calling thread.</summary>
    /// <param name="main">The program. Look at the token often, and return when it is stopped.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The exit code to return from <c>Main</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="main"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="main"/> is an async void method: the program would end at its first await.</exception>
    /// <inheritdoc cref="ShutdownSignals.Listen(ShutdownOptions)" path="/exception"/>
    public static int Run(Action<StopToken> main, ShutdownOptions? options = null)
    {
        AsyncVoidGuard.Refuse(main, "Run it by StopApp.RunAsync.");
        var worker = new CallerThreadWorker(main, OptionsFor(options));
        var signals = ShutdownSignals.Listen(options, listening => Supervise(listening, worker));
        try
        {
            worker.Start(signals.Token); // returns when main does
            return ExitCodeOf(worker, worker.Completion.Result, signals);
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
    /// <param name="root">The worker, not started.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A task that ends with the exit code to return from <c>Main</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="root"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The worker was started before, or is in a group.</exception>
    /// <exception cref="ObjectDisposedException">The worker was disposed.</exception>
    /// <inheritdoc cref="ShutdownSignals.Listen(ShutdownOptions)" path="/exception"/>
    public static async Task<int> RunAsync(Worker root, ShutdownOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var signals = ShutdownSignals.Listen(options, listening => Supervise(listening, root));
        try
        {
            root.Start(signals.Token);
            return ExitCodeOf(root, await root.Completion.ConfigureAwait(false), signals);
        }
        finally
        {
            signals.Retire();
        }
    }

    private static WorkerOptions OptionsFor(ShutdownOptions? options) => new()
    {
        Grace = (options ?? ShutdownOptions.Default).Grace,
        AbortPeriod = (options ?? ShutdownOptions.Default).AbortPeriod,
        TimeProvider = (options ?? ShutdownOptions.Default).TimeProvider,
        Logger = options?.Logger,
    };

    /// <summary>Ends the process if the program does not: on a thread of its own, since callbacks and timers may be what hangs.</summary>
    private static void Supervise(ShutdownSignals signals, Worker root)
    {
        var options = signals.Options;
        var start = options.TimeProvider.GetTimestamp();
        // Until the second signal, or the end of the grace; if the program has ended by then, it does not matter when.
        signals.Hurry.Wait(Timeouts.Sum(options.DrainDelay, options.Grace));
        var isRepeated = signals.Repeated is not null;
        var ceiling = isRepeated ? Timeouts.Sum(options.TimeProvider.GetElapsedTime(start), options.AbortPeriod) : signals.Ceiling;
        if (root.State != WorkerState.Finished)
        {
            // The timer of the grace has done this unless the thread pool is exhausted; apart, because a callback may block. Not after a
            // second signal: that one requests the abort itself, and must be its reason and the exit code.
            if (!isRepeated)
                ShutdownSignals.RunInBackground("StopKit abort", () => signals.Abort(StopReason.Deadline(options.Grace, "grace")));
            if (!root.WaitForEnd(options.AbortPeriod))
                EndWithLate(root, signals);
        }

        // The root has ended, but a foreground thread may still hold the process: the same ceiling stands for that. This thread does not
        // hold it, so in a program that ends by itself the rest never happens.
        var left = Timeouts.Left(ceiling, options.TimeProvider.GetElapsedTime(start));
        if (!signals.Superseded.Wait(left))
            EndWithLate(root, signals, "The program has ended, but not its process: a foreground thread or an exit handler holds it.\n");
    }

    /// <summary>Names who is late and ends the process: a thread that does not end would otherwise keep it.</summary>
    private static void EndWithLate(Worker root, ShutdownSignals signals, string headline = "")
    {
        // One of them: a group may give up in the very moment in which the supervisor does, and the end of one would cut off the other's report.
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
            EndOfProcess.Wait();
        // Decided before anything is said, so that all that is said fits to it.
        var code = ExitCodes.OfLate(root.Snapshot(), signals);
        // Apart and not for long: whoever writes to a stderr that nobody reads is blocked, and so may the program's logger be.
        var told = ShutdownSignals.RunInBackground("StopKit report", () => StandardError.WriteLine($"{headline}{StopReport.OfProgram(root)}"));
        var logged = ShutdownSignals.RunInBackground("StopKit log", () => root.Abandon());
        var start = Stopwatch.GetTimestamp(); // not the program's clock, which the joins do not know
        told.Join(ReportLimit);
        logged.Join(Timeouts.Left(ReportLimit, Stopwatch.GetElapsedTime(start)));
        ProcessEnd.Now(code);
    }

    private static int ExitCodeOf(Worker root, WorkerResult result, ShutdownSignals signals)
    {
        if (result.Outcome == WorkerOutcome.Faulted)
            StandardError.WriteLine(string.Join('\n', Faults(root, result).Select(SafeText.Lines)));
        if (result.Outcome == WorkerOutcome.Abandoned)
            EndWithLate(root, signals);
        return ExitCodes.Of(result, signals);
    }

    /// <summary>Names each worker that failed, by its path; and the root itself, if it has failed in a way of its own.</summary>
    private static IEnumerable<string> Faults(Worker root, WorkerResult result)
    {
        var leaves = StopReport.OfProgram(root).Entries.Where(static entry => entry is { Outcome: WorkerOutcome.Faulted, Exception: not null }).ToList();
        var all = (result.Exception as AggregateException)?.InnerExceptions.ToList() ?? [result.Exception!];
        var isTold = all.TrueForAll(exception => leaves.Exists(leaf => leaf.Exception == exception));
        var lines = leaves.Select(static leaf => $"{leaf.Path} failed: {leaf.Exception}");
        return isTold ? lines : lines.Append($"{result.Name} failed: {result.Exception}");
    }
}
