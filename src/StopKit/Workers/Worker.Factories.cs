namespace StopKit;

/// <content>Workers without a class of their own, not started: for groups, or to be started later.</content>
public abstract partial class Worker
{
    /// <summary>Makes a worker that runs a body on a thread of its own; it is not started.</summary>
    /// <param name="name">The name, also the thread's; <c>ThreadWorker</c> and a number if blank.</param>
    /// <param name="body">What to run. Not an async lambda: that is for <see cref="OnTasks"/>.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A new worker.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="body"/> is an async void method, which nothing could join.
    /// </exception>
    public static ThreadWorker OnThread(string name, Action<StopToken> body, WorkerOptions? options = null)
    {
        AsyncVoidGuard.Refuse(body, "Make it by Worker.OnTasks.");
        return new ThreadWorker.BodyWorker(name, body, options);
    }

    /// <summary>Makes a worker that runs an asynchronous body on the thread pool; it is not started.</summary>
    /// <param name="name">The name; <c>AsyncWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on the thread pool from its first line.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A new worker.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="options"/> has settings that only a thread can have.
    /// </exception>
    public static AsyncWorker OnTasks(string name, Func<StopToken, Task> body, WorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new AsyncWorker.BodyWorker(name, body, options);
    }

    /// <summary>Makes a worker that calls <paramref name="tick"/> once every period; it is not started.</summary>
    /// <param name="name">The name; <c>PeriodicWorker</c> and a number if blank.</param>
    /// <param name="period">The time from tick to tick, on the options' clock; more than zero, up to 24 days.</param>
    /// <param name="tick">What to do.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A new worker.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tick"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="options"/> has settings that only a thread can have.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="period"/> is not positive, or too long.
    /// </exception>
    public static PeriodicWorker Every(string name, TimeSpan period, Func<StopToken, Task> tick, WorkerOptions? options = null) =>
        Every(name, period, tick, options is null ? PeriodicWorkerOptions.Default : new PeriodicWorkerOptions { Worker = options });

    /// <summary>
    /// Makes a worker that calls <paramref name="tick"/> once every period, as its options say; it is not started.
    /// </summary>
    /// <param name="name">The name; <c>PeriodicWorker</c> and a number if blank.</param>
    /// <param name="period">The time from tick to tick, on the options' clock; more than zero, up to 24 days.</param>
    /// <param name="tick">What to do.</param>
    /// <param name="options">The options.</param>
    /// <returns>A new worker.</returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="tick"/> or <paramref name="options"/> is null.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="options"/> has settings that only a thread can have.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="period"/> is not positive, or too long.
    /// </exception>
    public static PeriodicWorker Every(string name, TimeSpan period, Func<StopToken, Task> tick, PeriodicWorkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(tick);
        return new PeriodicWorker.TickWorker(name, period, tick, options);
    }

    /// <summary>
    /// Makes a worker that hands each item of its queue to <paramref name="handle"/>; it is not started, but can be
    /// posted to.
    /// </summary>
    /// <typeparam name="T">What an item is.</typeparam>
    /// <param name="name">The name; <c>QueueWorker</c> and a number if blank.</param>
    /// <param name="handle">Handles an item; what becomes of one for which it throws is said by the options.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>A new worker.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="options"/> has settings that only a thread can have.
    /// </exception>
    public static QueueWorker<T> ForEach<T>(string name, Func<T, StopToken, Task> handle, QueueWorkerOptions<T>? options = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return new QueueWorker<T>.HandlerWorker(name, handle, options);
    }
}
