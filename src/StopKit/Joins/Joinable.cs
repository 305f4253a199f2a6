using System.Diagnostics;

namespace StopKit;

/// <summary>Something whose end can be waited for: a thread, a task, a process or a worker, with a name.</summary>
/// <remarks>
/// Immutable and thread-safe. Made by conversion: <c>Join.All(timeout, thread, task, process, worker)</c>.
/// </remarks>
[DebuggerDisplay("{Name}")]
public abstract class Joinable
{
    private protected Joinable(string name) => Name = SafeText.Line(name);

    /// <summary>Gets the name that the report uses.</summary>
    public string Name { get; }

    /// <summary>Makes a thread joinable.</summary>
    /// <param name="thread">The thread; named by its name, or else by its number.</param>
    /// <returns>The thread, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="thread"/> is null.</exception>
    public static implicit operator Joinable(Thread thread)
    {
        ArgumentNullException.ThrowIfNull(thread);
        return new JoinableThread(thread, thread.Name ?? $"thread-{thread.ManagedThreadId}");
    }

    /// <summary>Makes a task joinable.</summary>
    /// <param name="task">The task; named by its number.</param>
    /// <returns>The task, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    public static implicit operator Joinable(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new JoinableTask(task, $"task-{task.Id}");
    }

    /// <summary>Makes a process joinable.</summary>
    /// <param name="process">The process; named by its name and id.</param>
    /// <returns>The process, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="process"/> is null.</exception>
    public static implicit operator Joinable(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new JoinableProcess(process, JoinableProcess.NameOf(process));
    }

    /// <summary>Makes a worker joinable.</summary>
    /// <param name="worker">The worker; of a group each member has an entry of its own.</param>
    /// <returns>The worker, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="worker"/> is null.</exception>
    public static implicit operator Joinable(Worker worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return new JoinableWorker(worker, SafeText.PathSegment(worker.Name));
    }

    /// <summary>Makes a task joinable under a name.</summary>
    /// <param name="task">The task.</param>
    /// <param name="name">The name that the report uses.</param>
    /// <returns>The task, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    public static Joinable From(Task task, string name) => ((Joinable)task).Named(name);

    /// <summary>Makes a thread joinable under a name.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="name">The name that the report uses.</param>
    /// <returns>The thread, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="thread"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    public static Joinable From(Thread thread, string name) => ((Joinable)thread).Named(name);

    /// <summary>Makes a process joinable under a name.</summary>
    /// <param name="process">The process.</param>
    /// <param name="name">The name that the report uses.</param>
    /// <returns>The process, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="process"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    public static Joinable From(Process process, string name) => ((Joinable)process).Named(name);

    /// <summary>Makes a worker joinable under a name.</summary>
    /// <param name="worker">The worker; of a group each member has an entry of its own, below that name.</param>
    /// <param name="name">The name that the report uses.</param>
    /// <returns>The worker, joinable.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="worker"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    public static Joinable From(Worker worker, string name) => ((Joinable)worker).Named(name);

    /// <summary>Gives it another name for the report.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The same thing under that name.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    public Joinable Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Renamed(name);
    }

    /// <summary>Throws, naming the item, if it can never be joined from here.</summary>
    internal abstract void Check();

    /// <summary>Blocks until it has ended; false if the time, on the system's clock, is up.</summary>
    internal abstract bool Wait(TimeSpan timeout);

    /// <summary>
    /// A task that ends when it has, or when the token is canceled, without fault; it leaves nothing behind at what it
    /// waited for.
    /// </summary>
    internal abstract Task WhenEnded(CancellationToken giveUp);

    /// <summary>Says how it ended, or that it has not.</summary>
    internal abstract IEnumerable<StopReportEntry> Entries();

    private protected abstract Joinable Renamed(string name);

    private protected InvalidOperationException Unjoinable(string why) => new($"'{Name}' cannot be joined: {why}");
}
