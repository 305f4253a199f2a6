namespace StopKit.Testing;

/// <summary>Stops a worker at each of its looks at the token, one run for each, and checks what it leaves behind.</summary>
/// <remarks>
/// <para>
/// A look is any reading of the token by the worker: <c>IsStopRequested</c>, a throw, a wait, a checkpoint, the
/// registration of a callback, each handing over of <c>Stopping</c> or <c>Aborting</c>, and each item of a queue. Looks
/// at scopes below the token count, those at a shield do not. <see cref="StopTestProbe"/> adds points that are no looks.
/// First the worker runs twice without a stop, which numbers the looks; one that does not end by itself is stopped when
/// nothing happens any more, or after 20,000 looks. Then it runs with the stop at look 1, at look 2 and so on, and with
/// the abort, until a run fails. A group is explored at each look of each member.
/// </para>
/// <para>
/// It is a failure if the worker faults, does not end within <see cref="StopTestOptions.Deadline"/>, or the check throws,
/// by whatever test framework. A worker that is late is left behind on a background thread, where its next look holds it.
/// A scene that can be disposed is disposed after its run.
/// </para>
/// <para>
/// Thread safety: explorations may run side by side. Within one the runs follow each other. The way of counting the
/// points of a run once and failing at each of them is Monarch's <c>cancel_safe</c>'s.
/// </para>
/// </remarks>
public static class StopTest
{
    /// <summary>Explores a worker.</summary>
    /// <typeparam name="TScene">What a run needs: the worker, and what it works on.</typeparam>
    /// <param name="arrange">Makes a scene, a fresh one for each run.</param>
    /// <param name="worker">Gets the scene's worker, not started.</param>
    /// <param name="check">Throws if the scene is not as it has to be after the worker has ended, stopped or not.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>
    /// A task that ends with the report; it faults only if <paramref name="arrange"/> or <paramref name="worker"/>
    /// throws.
    /// </returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="check"/> is an async void method.</exception>
    public static Task<StopTestReport> ExploreAsync<TScene>(
        Func<TScene> arrange, Func<TScene, Worker> worker, Action<TScene, WorkerResult> check, StopTestOptions? options = null) =>
        new Exploration(Of(arrange, worker, check, options)).ExploreAsync();

    /// <summary>Explores an asynchronous body, as the body of a worker.</summary>
    /// <typeparam name="TScene">What a run needs.</typeparam>
    /// <param name="arrange">Makes a scene, a fresh one for each run.</param>
    /// <param name="body">The body.</param>
    /// <param name="check">Throws if the scene is not as it has to be after the body has ended, stopped or not.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A task that ends with the report; it faults only if <paramref name="arrange"/> throws.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="check"/> is an async void method.</exception>
    public static Task<StopTestReport> ExploreAsync<TScene>(
        Func<TScene> arrange, Func<TScene, StopToken, Task> body, Action<TScene, WorkerResult> check, StopTestOptions? options = null) =>
        ExploreAsync(arrange, OnTasks(body), check, options);

    /// <summary>Explores a body that blocks, as the body of a worker with a thread.</summary>
    /// <typeparam name="TScene">What a run needs.</typeparam>
    /// <param name="arrange">Makes a scene, a fresh one for each run.</param>
    /// <param name="body">The body.</param>
    /// <param name="check">Throws if the scene is not as it has to be after the body has ended, stopped or not.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A task that ends with the report; it faults only if <paramref name="arrange"/> throws.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="check"/> is an async void method.</exception>
    public static Task<StopTestReport> ExploreAsync<TScene>(
        Func<TScene> arrange, Action<TScene, StopToken> body, Action<TScene, WorkerResult> check, StopTestOptions? options = null) =>
        ExploreAsync(arrange, OnThread(body), check, options);

    /// <summary>Runs a worker with the request at one look, to see a failure again.</summary>
    /// <typeparam name="TScene">What a run needs.</typeparam>
    /// <param name="look">The number of the look; 1 or more.</param>
    /// <param name="arrange">Makes a scene.</param>
    /// <param name="worker">Gets the scene's worker, not started.</param>
    /// <param name="check">Throws if the scene is not as it has to be.</param>
    /// <param name="options">
    /// The options; the defaults if null. With <see cref="StopTestStages.StopAndAbort"/> there are two runs.
    /// </param>
    /// <returns>
    /// A task that ends with the report if nothing failed, and faults with <see cref="StopTestException"/> otherwise.
    /// </returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="check"/> is an async void method.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="look"/> is less than 1.</exception>
    /// <remarks>For a group there are two runs without a stop before, to tell which member's look it is.</remarks>
    public static Task<StopTestReport> AtLookAsync<TScene>(
        int look, Func<TScene> arrange, Func<TScene, Worker> worker, Action<TScene, WorkerResult> check, StopTestOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(look, 1);
        return RunAsync(new Exploration(Of(arrange, worker, check, options)), look);

        static async Task<StopTestReport> RunAsync(Exploration exploration, int look)
        {
            var report = await exploration.RunAtAsync(look).ConfigureAwait(false);
            report.ThrowIfFailed();
            return report;
        }
    }

    /// <summary>Runs an asynchronous body with the request at one look, to see a failure again.</summary>
    /// <typeparam name="TScene">What a run needs.</typeparam>
    /// <param name="look">The number of the look; 1 or more.</param>
    /// <param name="arrange">Makes a scene.</param>
    /// <param name="body">The body.</param>
    /// <param name="check">Throws if the scene is not as it has to be.</param>
    /// <param name="options">
    /// The options; the defaults if null. With <see cref="StopTestStages.StopAndAbort"/> there are two runs.
    /// </param>
    /// <returns>
    /// A task that ends with the report if nothing failed, and faults with <see cref="StopTestException"/> otherwise.
    /// </returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="check"/> is an async void method.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="look"/> is less than 1.</exception>
    public static Task<StopTestReport> AtLookAsync<TScene>(
        int look,
        Func<TScene> arrange,
        Func<TScene, StopToken, Task> body,
        Action<TScene, WorkerResult> check,
        StopTestOptions? options = null) =>
        AtLookAsync(look, arrange, OnTasks(body), check, options);

    /// <summary>Runs a body that blocks with the request at one look, to see a failure again.</summary>
    /// <typeparam name="TScene">What a run needs.</typeparam>
    /// <param name="look">The number of the look; 1 or more.</param>
    /// <param name="arrange">Makes a scene.</param>
    /// <param name="body">The body.</param>
    /// <param name="check">Throws if the scene is not as it has to be.</param>
    /// <param name="options">
    /// The options; the defaults if null. With <see cref="StopTestStages.StopAndAbort"/> there are two runs.
    /// </param>
    /// <returns>
    /// A task that ends with the report if nothing failed, and faults with <see cref="StopTestException"/> otherwise.
    /// </returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="check"/> is an async void method.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="look"/> is less than 1.</exception>
    public static Task<StopTestReport> AtLookAsync<TScene>(
        int look,
        Func<TScene> arrange,
        Action<TScene, StopToken> body,
        Action<TScene, WorkerResult> check,
        StopTestOptions? options = null) =>
        AtLookAsync(look, arrange, OnThread(body), check, options);

    private static SceneExperiment<TScene> Of<TScene>(
        Func<TScene> arrange, Func<TScene, Worker> worker, Action<TScene, WorkerResult> check, StopTestOptions? options)
    {
        ArgumentNullException.ThrowIfNull(arrange);
        ArgumentNullException.ThrowIfNull(worker);
        ArgumentNullException.ThrowIfNull(check);
        // What an async void check throws would reach no report, but end the process.
        if (check.Method.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute), inherit: false))
            throw new ArgumentException(
                "The check is async void, and nothing can wait for its end. Pass one that is not async.", nameof(check));
        return new SceneExperiment<TScene>(arrange, worker, check, options ?? new StopTestOptions());
    }

    private static Func<TScene, Worker> OnTasks<TScene>(Func<TScene, StopToken, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return scene => Worker.OnTasks("body", stop => body(scene, stop));
    }

    private static Func<TScene, Worker> OnThread<TScene>(Action<TScene, StopToken> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return scene => Worker.OnThread("body", stop => body(scene, stop));
    }
}
