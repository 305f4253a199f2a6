namespace StopKit;

/// <summary>A <see cref="Worker"/> that runs asynchronous code on the thread pool.</summary>
/// <remarks>
/// Derive and override <see cref="RunAsync"/>, or hand a body to
/// <see cref="Start(string, Func{StopToken, Task}, StopToken, WorkerOptions)"/>. Thread safety and life cycle: see
/// <see cref="Worker"/>. "Inside the worker" is its body and whatever the body started, on any thread.
/// </remarks>
public abstract class AsyncWorker : Worker
{
    private static readonly AsyncLocal<AsyncWorker?> Flow = new();

    /// <summary>Makes a worker; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="options"/> has settings that only a thread can have.
    /// </exception>
    protected AsyncWorker(string? name = null, WorkerOptions? options = null)
        : this(WorkerOptions.CheckForTasks(options), name)
    {
    }

    /// <summary>
    /// Makes a worker whose options may have settings for the threads of others, as a group's are for those of its
    /// members.
    /// </summary>
    private protected AsyncWorker(WorkerOptions? options, string? name)
        : base(name, options)
    {
    }

    private protected override bool IsCallerInside => Flow.Value == this;

    /// <summary>
    /// Gets a value indicating whether <see cref="CleanUpAsync"/> may do anything, so that its scope is needed.
    /// </summary>
    private protected virtual bool HasCleanUp => true;

    /// <summary>Starts a worker that runs an asynchronous body.</summary>
    /// <param name="name">The name; <c>AsyncWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on the thread pool from its first line.</param>
    /// <param name="stop">Stops the worker too, when it stops; none by default.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The worker, started.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="options"/> has settings that only a thread can have.
    /// </exception>
    public static AsyncWorker Start(string name, Func<StopToken, Task> body, StopToken stop = default, WorkerOptions? options = null)
    {
        var worker = OnTasks(name, body, options);
        worker.Start(stop);
        return worker;
    }

    /// <summary>Does the work, on the thread pool.</summary>
    /// <param name="stop">The worker's token: look at it often, and return when a stop is requested.</param>
    /// <returns>A task that ends with the work.</returns>
    /// <remarks>
    /// What it throws is kept in the result as a fault, but for an <see cref="ExitException"/>, and for an
    /// <see cref="OperationCanceledException"/> after the stop was requested: that one means stopped.
    /// </remarks>
    protected abstract Task RunAsync(StopToken stop);

    /// <summary>
    /// Cleans up after <see cref="RunAsync"/> has ended however it did; not called if that never ran.
    /// </summary>
    /// <param name="shielded">
    /// A token that does not see the stop: it stops after <see cref="WorkerOptions.CleanUpLimit"/>, or at an abort that
    /// comes meanwhile.
    /// </param>
    /// <returns>A task that ends with the cleanup.</returns>
    protected virtual Task CleanUpAsync(StopToken shielded) => Task.CompletedTask;

    /// <summary>Takes the calling thread out of the worker whose flow it was started in.</summary>
    internal static void LeaveFlow()
    {
        if (Flow.Value is not null)
            Flow.Value = null;
    }

    // Not by Task.Run, which would hold two more objects as long as the worker runs.
    private protected override void Launch() =>
        ThreadPool.QueueUserWorkItem(static self => _ = self.ExecuteAsync(), this, preferLocal: true);

    /// <summary>
    /// Runs the body and the cleanup, and ends the worker; on the calling thread up to the first await.
    /// </summary>
    private protected async Task ExecuteAsync()
    {
        Flow.Value = this;
        Exception? bodyException = null;
        Task? body = null;
        try
        {
            body = RunAsync(Source.Token);
            await body.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // a worker's fault must not end the process; it goes into the result and the log
        catch (Exception exception)
#pragma warning restore CA1031
        {
            bodyException = AllOf(body, exception);
        }

        var outcome = Judge(bodyException);
        End(outcome, bodyException, HasCleanUp ? await CleanUpInScopeAsync().ConfigureAwait(false) : null);
    }

    private async Task<Exception?> CleanUpInScopeAsync()
    {
        using var scope = OpenCleanUpScope();
        Task? cleanUp = null;
        try
        {
            cleanUp = CleanUpAsync(scope.Token);
            await cleanUp.ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return AllOf(cleanUp, exception);
        }
    }

    // An await throws only the first of several, as of Task.WhenAll.
    private static Exception AllOf(Task? task, Exception first) =>
        task?.Exception is { InnerExceptions.Count: > 1 } all ? all : first;

    internal sealed class BodyWorker(string name, Func<StopToken, Task> body, WorkerOptions? options)
        : AsyncWorker(name, options)
    {
        private protected override string Kind => nameof(AsyncWorker);

        private protected override bool HasCleanUp => false;

        protected override Task RunAsync(StopToken stop) => body(stop);
    }
}
