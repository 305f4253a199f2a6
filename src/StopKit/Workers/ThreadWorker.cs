namespace StopKit;

/// <summary>A <see cref="Worker"/> with a thread of its own, for code that blocks.</summary>
/// <remarks>
/// <para>
/// Derive and override <see cref="Run"/>, or hand a body to
/// <see cref="Start(string, Action{StopToken}, StopToken, WorkerOptions)"/>. Thread safety and life cycle: see
/// <see cref="Worker"/>. Joining it waits for the end of the thread itself.
/// </para>
/// <para>
/// On the system's clock <see cref="Worker.Stop"/>, <see cref="Worker.Dispose"/>, <see cref="Worker.Join"/> and the
/// abort at the end of their grace need no thread of the thread pool, so that they work while all of its threads are
/// blocked. These do need one: <see cref="Worker.StopAsync"/>, an await of <see cref="Worker.Completion"/>, the abort
/// after a <see cref="Worker.RequestStop"/> with a grace, and every wait by another clock.
/// </para>
/// </remarks>
public abstract class ThreadWorker : Worker
{
    private Thread? _thread;

    /// <summary>Makes a worker; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="name">The name, also the thread's; the type's name and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    protected ThreadWorker(string? name = null, WorkerOptions? options = null)
        : base(name, options)
    {
    }

    private protected override bool IsCallerInside => Thread.CurrentThread == _thread;

    /// <summary>
    /// Gets a value indicating whether <see cref="CleanUp"/> may do anything, so that its scope is needed.
    /// </summary>
    private protected virtual bool HasCleanUp => true;

    /// <summary>Starts a worker that runs a body on a thread of its own.</summary>
    /// <param name="name">The name, also the thread's; <c>ThreadWorker</c> and a number if blank.</param>
    /// <param name="body">What to run. Not an async lambda: that is for <see cref="AsyncWorker"/>.</param>
    /// <param name="stop">Stops the worker too, when it stops; none by default.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The worker, started.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="body"/> is an async void method: it would return at its first await, and nothing could join the
    /// rest.
    /// </exception>
    public static ThreadWorker Start(string name, Action<StopToken> body, StopToken stop = default, WorkerOptions? options = null)
    {
        AsyncVoidGuard.Refuse(body, "Start it by AsyncWorker.Start.");
        var worker = new BodyWorker(name, body, options);
        worker.Start(stop);
        return worker;
    }

    /// <summary>Does the work, on the worker's thread.</summary>
    /// <param name="stop">The worker's token: look at it often, and return when a stop is requested.</param>
    /// <remarks><inheritdoc cref="AsyncWorker.RunAsync" path="/remarks"/></remarks>
    protected abstract void Run(StopToken stop);

    /// <summary>
    /// Cleans up, on the worker's thread, after <see cref="Run"/> has ended however it did; not called if that never
    /// ran.
    /// </summary>
    /// <param name="shielded">
    /// A token that does not see the stop: it stops after <see cref="WorkerOptions.CleanUpLimit"/>, or at an abort that
    /// comes meanwhile.
    /// </param>
    protected virtual void CleanUp(StopToken shielded)
    {
        // Nothing to clean up unless a derived class says so.
    }

    private protected override void Launch()
    {
        var thread = new Thread(static self => ((ThreadWorker)self!).Execute(), Options.MaxStackSize)
        {
            Name = Name,
            // One that is stopped at the exit of the process must not put that off.
            // And one that a test has given up must not hold the test's process.
            IsBackground = Options.IsBackground || Options.CleanUpOnProcessExit || StopProbe.Watches(Source),
            Priority = Options.Priority,
        };
        thread.Start(this);
        // The thread notes this itself as well, but perhaps not before its starter joins it.
        Volatile.Write(ref _thread, thread);
    }

    internal override bool WaitForEnd(TimeSpan timeout)
    {
        var thread = Volatile.Read(ref _thread);
        // On the system's clock the thread's own join does it all; the result is there before the thread ends.
        if (thread is not null && ReferenceEquals(Options.TimeProvider, TimeProvider.System))
            return thread.Join(Timeouts.WholeMilliseconds(timeout)) && Completion.IsCompleted;
        if (!base.WaitForEnd(timeout))
            return false;
        thread = Volatile.Read(ref _thread);
        if (thread != Thread.CurrentThread)
            thread?.Join();
        return true;
    }

    private void Execute()
    {
        // Known only from its start on: a thread that was not started cannot be joined, and a joiner may be here before that.
        Volatile.Write(ref _thread, Thread.CurrentThread);
        AsyncWorker.LeaveFlow(); // the thread was started in the flow of its starter, but is not part of it
        var bodyException = Catch(static (self, token) => self.Run(token), Source.Token);
        var outcome = Judge(bodyException);
        Exception? cleanUpException = null;
        if (HasCleanUp)
        {
            using var scope = OpenCleanUpScope();
            cleanUpException = Catch(static (self, token) => self.CleanUp(token), scope.Token);
        }

        End(outcome, bodyException, cleanUpException);
    }

    private Exception? Catch(Action<ThreadWorker, StopToken> action, StopToken token)
    {
        try
        {
            action(this, token);
            return null;
        }
#pragma warning disable CA1031 // a worker's fault must not end the process; it goes into the result and the log
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }

    internal sealed class BodyWorker(string name, Action<StopToken> body, WorkerOptions? options)
        : ThreadWorker(name, options)
    {
        private protected override string Kind => nameof(ThreadWorker);

        private protected override bool HasCleanUp => false;

        protected override void Run(StopToken stop) => body(stop);
    }
}
