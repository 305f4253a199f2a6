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
        return StopAppSession.Run(new CallerThreadWorker(main, OptionsFor(options)), options);
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
        using var session = StopAppSession.Start(root, options);
        return await session.Completion.ConfigureAwait(false);
    }

    private static WorkerOptions OptionsFor(ShutdownOptions? options) => new()
    {
        Grace = (options ?? ShutdownOptions.Default).Grace,
        AbortPeriod = (options ?? ShutdownOptions.Default).AbortPeriod,
        TimeProvider = (options ?? ShutdownOptions.Default).TimeProvider,
        Logger = options?.Logger,
    };
}
