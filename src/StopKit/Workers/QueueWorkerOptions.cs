using System.Diagnostics;

namespace StopKit;

/// <summary>Says how a <see cref="QueueWorker{T}"/> takes and handles its items.</summary>
/// <typeparam name="T">What an item is.</typeparam>
/// <remarks>Immutable and thread-safe; one instance may serve many workers.</remarks>
[DebuggerDisplay("Capacity = {Capacity}, Parallelism = {Parallelism}")]
public sealed record QueueWorkerOptions<T>
{
    private const int MostParallelism = 10_000; // each is an async method of its own from the start, whether there are items or not

    private readonly int _capacity = 1024;
    private readonly int _parallelism = 1;
    private readonly WorkerOptions _worker = WorkerOptions.Default;

    /// <summary>
    /// Gets how many items wait at most, besides those that are being handled: 1024 by default; 1 or more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Capacity
    {
        get => _capacity;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Capacity));
            _capacity = value;
        }
    }

    /// <summary>Gets how many items are handled side by side: 1, in order, by default; 1 to 10,000.</summary>
    /// <remarks>With more than 1, items are begun in order and may end in any order.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1, or more than 10,000.</exception>
    public int Parallelism
    {
        get => _parallelism;
        init
        {
            if (value is < 1 or > MostParallelism)
                throw new ArgumentOutOfRangeException(nameof(Parallelism), value, "The parallelism must be 1 to 10,000.");
            _parallelism = value;
        }
    }

    /// <summary>
    /// Gets what decides about an item whose handler has thrown, from the item, what was thrown, and the number of the
    /// attempt, which is 1 the first time; null, which always stops the worker, by default.
    /// </summary>
    /// <remarks>
    /// It is called inside the worker, by the handler that had the item, so with a <see cref="Parallelism"/> above 1 by
    /// several at once. What becomes of a skipped item is its business. If it throws itself, the worker ends with both
    /// exceptions. It is not called for an <see cref="ExitException"/>, which always ends the worker, nor for an
    /// <see cref="OperationCanceledException"/> after the abort.
    /// </remarks>
    public Func<T, Exception, int, ItemDecision>? ItemFailed { get; init; }

    /// <summary>
    /// Gets a value indicating whether an item that fails or waits for a retry while the worker is stopping is tried
    /// once more, at once; true by default.
    /// </summary>
    /// <remarks>
    /// If false, or if it fails again and <see cref="ItemFailed"/> says retry again, the item is handed back by
    /// <see cref="QueueWorker{T}.TakeUnhandled"/> and the worker goes on with the next. After an abort nothing is tried
    /// again.
    /// </remarks>
    public bool RetriesAtStop { get; init; } = true;

    /// <summary>Gets the options that all kinds of workers have; the defaults by default; not null.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public WorkerOptions Worker
    {
        get => _worker;
        init => _worker = value ?? throw new ArgumentNullException(nameof(Worker));
    }
}
