using System.Diagnostics;

namespace StopKit;

/// <summary>Joins sequences of one kind, each with one deadline for all.</summary>
/// <remarks>Thread-safe. The rules are those of <see cref="Join"/>.</remarks>
public static class JoinExtensions
{
    /// <summary>Waits until all threads have ended or the time is up.</summary>
    /// <param name="threads">The threads.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="threads"/> is null.</exception>
    /// <inheritdoc cref="Join.All(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static StopReport JoinAll(this IEnumerable<Thread> threads, TimeSpan timeout) =>
        Join.All(timeout, Items(threads, static thread => thread));

    /// <summary>Waits until all tasks have ended or the time is up.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tasks"/> is null.</exception>
    /// <inheritdoc cref="Join.All(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static StopReport JoinAll(this IEnumerable<Task> tasks, TimeSpan timeout) =>
        Join.All(timeout, Items(tasks, static task => task));

    /// <summary>Waits until all processes have ended or the time is up.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="processes"/> is null.</exception>
    /// <inheritdoc cref="Join.All(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static StopReport JoinAll(this IEnumerable<Process> processes, TimeSpan timeout) =>
        Join.All(timeout, Items(processes, static process => process));

    /// <summary>Waits until all workers have ended or the time is up.</summary>
    /// <param name="workers">The workers.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="workers"/> is null.</exception>
    /// <inheritdoc cref="Join.All(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static StopReport JoinAll(this IEnumerable<Worker> workers, TimeSpan timeout) =>
        Join.All(timeout, Items(workers, static worker => worker));

    /// <summary>
    /// Waits, without blocking the caller, until all threads have ended or the time is up; one thread waits for them.
    /// </summary>
    /// <param name="threads">The threads.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="threads"/> is null.</exception>
    /// <inheritdoc cref="Join.AllAsync(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static Task<StopReport> JoinAllAsync(this IEnumerable<Thread> threads, TimeSpan timeout) =>
        Join.AllAsync(timeout, Items(threads, static thread => thread));

    /// <summary>Waits, without blocking a thread, until all tasks have ended or the time is up.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tasks"/> is null.</exception>
    /// <inheritdoc cref="Join.AllAsync(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static Task<StopReport> JoinAllAsync(this IEnumerable<Task> tasks, TimeSpan timeout) =>
        Join.AllAsync(timeout, Items(tasks, static task => task));

    /// <summary>Waits, without blocking a thread, until all processes have ended or the time is up.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="processes"/> is null.</exception>
    /// <inheritdoc cref="Join.AllAsync(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static Task<StopReport> JoinAllAsync(this IEnumerable<Process> processes, TimeSpan timeout) =>
        Join.AllAsync(timeout, Items(processes, static process => process));

    /// <summary>Waits, without blocking a thread, until all workers have ended or the time is up.</summary>
    /// <param name="workers">The workers.</param>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="workers"/> is null.</exception>
    /// <inheritdoc cref="Join.AllAsync(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static Task<StopReport> JoinAllAsync(this IEnumerable<Worker> workers, TimeSpan timeout) =>
        Join.AllAsync(timeout, Items(workers, static worker => worker));

    private static Joinable[] Items<T>(IEnumerable<T> items, Func<T, Joinable> convert)
    {
        ArgumentNullException.ThrowIfNull(items);
        return [.. items.Select(convert)];
    }
}
