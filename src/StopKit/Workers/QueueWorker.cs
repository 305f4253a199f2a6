using System.ComponentModel;
using System.Runtime.ExceptionServices;

namespace StopKit;

/// <summary>
/// An <see cref="AsyncWorker"/> that handles items from a bounded queue, one or several at a time, and loses none when
/// it stops.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
/// <remarks>
/// <code>
/// open ──stop, or Complete──▶ draining: takes no more, handles what it accepted ──empty──▶ finished
///                                └──abort, or a failed item that stops──▶ the rest is kept for TakeUnhandled
/// </code>
/// <para>
/// Every item that was accepted is in the end either handled, or skipped, or handed back by
/// <see cref="TakeUnhandled"/>, exactly once. A handler's token does not see the stop, only the abort, so that passing
/// it on cuts nothing off while the queue drains.
/// </para>
/// <para>
/// Items are handed to the handler in the order in which they were accepted, and posts that wait for room are accepted
/// in the order in which they came. With a parallelism of 1, the default, items are also handled in that order, retries
/// included.
/// </para>
/// <para>
/// Any number of threads may post, also before the start. The queue works as a bounded
/// <see cref="System.Threading.Channels.Channel{T}"/> does, from which the idea is. Thread safety and life cycle: see
/// <see cref="Worker"/>.
/// </para>
/// </remarks>
public abstract class QueueWorker<T> : AsyncWorker
{
    private readonly QueueWorkerOptions<T> _options;
    private readonly Intake<T> _intake;
    private readonly Closer _closer;
    private StopEvent _isFailing; // ends the pauses of retries
    private long _skipped;

    /// <summary>Makes a worker; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="capacity">How many items wait at most, besides the one that is being handled; 1 or more.</param>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    protected QueueWorker(int capacity, string? name = null, WorkerOptions? options = null)
        : this(name, new QueueWorkerOptions<T> { Capacity = Positive(capacity), Worker = options ?? WorkerOptions.Default })
    {
    }

    /// <summary>Makes a worker; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    protected QueueWorker(string? name = null, QueueWorkerOptions<T>? options = null)
        : base(name, options?.Worker)
    {
        _options = options ?? new QueueWorkerOptions<T>();
        _intake = new Intake<T>(_options.Capacity, Source);
        _isFailing = new StopEvent(timeProvider: Options.TimeProvider);
        _closer = new Closer(this);
        Source.TryEnqueue(_closer); // from the beginning: producers may wait for a worker that is stopped before it starts
    }

    private protected override void OnInherited() =>
        _isFailing = new StopEvent(timeProvider: Options.TimeProvider); // no item has failed yet

    /// <summary>
    /// Gets the number of items that wait for the handler; 0 once an abort, or a failed item, has ended the handling.
    /// </summary>
    public int Count => _intake.Count;

    /// <summary>Gets the number of items that <see cref="QueueWorkerOptions{T}.ItemFailed"/> has skipped.</summary>
    public long SkippedCount => Interlocked.Read(ref _skipped);

    /// <summary>Gets what <see cref="TakeUnhandled"/> would take now, and leaves it there.</summary>
    public IReadOnlyList<T> Unhandled => _intake.Unhandled();

    /// <summary>Starts a worker that hands each item to <paramref name="handle"/>.</summary>
    /// <param name="name">The name; <c>QueueWorker</c> and a number if blank.</param>
    /// <param name="handle">
    /// Handles an item; an item for which it throws is unhandled and ends the worker with the fault.
    /// </param>
    /// <param name="capacity">
    /// How many items wait at most, besides the one that is being handled: 1024 by default; 1 or more.
    /// </param>
    /// <param name="stop">Stops the worker too, when it stops; none by default.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The worker, started.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
#pragma warning disable CA1000 // as for the other workers; the type argument follows from the handler's, so it is written once either way
    public static QueueWorker<T> Start(
        string name, Func<T, StopToken, Task> handle, int capacity = 1024, StopToken stop = default, WorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        var worker = new HandlerWorker(name, handle, new() { Capacity = Positive(capacity), Worker = options ?? WorkerOptions.Default });
        worker.Start(stop);
        return worker;
    }

    /// <summary>Does not compile: it would start an <see cref="AsyncWorker"/>.</summary>
    /// <param name="name">Not used.</param>
    /// <param name="body">Not used.</param>
    /// <param name="stop">Not used.</param>
    /// <param name="options">Not used.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("This would start an AsyncWorker without a queue. Pass a handler of (item, token), or call AsyncWorker.Start.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static new AsyncWorker Start(
        string name, Func<StopToken, Task>? body, StopToken stop = default, WorkerOptions? options = null) =>
        throw new NotSupportedException();
#pragma warning restore CA1000

    /// <summary>Offers an item without waiting.</summary>
    /// <param name="item">The item.</param>
    /// <returns>
    /// True if it was accepted; false if the queue is full, or takes no more because the worker is stopping or has
    /// ended.
    /// </returns>
    public bool TryPost(T item) => _intake.TryAdd(item);

    /// <summary>Offers an item, and waits while the queue is full, behind those that wait already.</summary>
    /// <param name="item">The item.</param>
    /// <param name="giveUp">Ends the wait; none by default.</param>
    /// <returns>
    /// True if it was accepted; false if the worker is stopping or has ended, or the wait was given up. Never
    /// cancelled.
    /// </returns>
    /// <remarks>Where there is room the item is accepted also if the token is stopped. Await the result once.</remarks>
    public ValueTask<bool> PostAsync(T item, StopToken giveUp = default) =>
        _intake.TryAdd(item) ? new ValueTask<bool>(true) : PostWhenThereIsRoomAsync(item, giveUp, CancellationToken.None);

    /// <summary>Offers an item, and waits while the queue is full, behind those that wait already.</summary>
    /// <param name="item">The item.</param>
    /// <param name="giveUp">Ends the wait.</param>
    /// <returns>
    /// True if it was accepted; false if the worker is stopping or has ended, or the wait was given up. Never
    /// cancelled.
    /// </returns>
    /// <remarks>
    /// Where there is room the item is accepted also if the token is cancelled. Await the result once.
    /// </remarks>
    public ValueTask<bool> PostAsync(T item, CancellationToken giveUp) =>
        _intake.TryAdd(item) ? new ValueTask<bool>(true) : PostWhenThereIsRoomAsync(item, default, giveUp);

    /// <summary>Takes no more items: the worker handles what it accepted and completes.</summary>
    /// <returns>True if this call closed the queue; false if it was closed.</returns>
    public bool Complete() => _intake.Close();

    /// <summary>
    /// Takes what was accepted and is not handled, in the order in which it was accepted; each item once, however many
    /// calls there are.
    /// </summary>
    /// <returns>The items; empty if there are none, or none any more.</returns>
    /// <remarks>
    /// Before the worker's cleanup that is what a stop has cut off from its retry, and from an abort on what waited in
    /// the queue. It is complete once the handler is not called any more, so also in the cleanup: then with the items
    /// that handlers had in hand and did not handle.
    /// </remarks>
    public IReadOnlyList<T> TakeUnhandled() => _intake.TakeUnhandled();

    /// <summary>Handles one item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="stop">
    /// A token that stops at the abort of the worker: from then on the item may be given up by throwing.
    /// </param>
    /// <returns>A task that ends when the item is handled.</returns>
    protected abstract Task HandleAsync(T item, StopToken stop);

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(StopToken stop)
    {
        using var drain = stop.Shield(Timeout.InfiniteTimeSpan);
        StopProbe.LookThrough(Source, drain);
        try
        {
            if (_options.Parallelism == 1)
                await HandleItemsAsync(drain.Token).ConfigureAwait(false);
            else
                await HandleSideBySideAsync(drain.Token).ConfigureAwait(false);
        }
        finally
        {
            // Before the cleanup: no producer is to wait for that, and it may want to save what is unhandled.
            _intake.Cut();
            if (!Source.Dequeue(_closer))
                _ = stop.Observes(); // the queue was closed by the stop, perhaps before the worker counted as running
        }
    }

    /// <inheritdoc/>
    private protected override void OnFinishing() => _intake.Cut();

    private static int Positive(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return capacity;
    }

    private ValueTask<bool> PostWhenThereIsRoomAsync(T item, StopToken giveUp, CancellationToken cancellation)
    {
        var post = new WaitingPost<T>(_intake, item, giveUp, cancellation);
        return _intake.AddOrWait(post) ? post.WaitAsync() : new ValueTask<bool>(post.Answer == PostAnswer.Accepted);
    }

    private async Task HandleSideBySideAsync(StopToken drain)
    {
        // Each on the pool from its first line: a handler that blocks must not keep the others from beginning.
        var handlers = Enumerable.Range(0, _options.Parallelism)
            .Select(_ => Task.Run(() => HandleItemsAsync(drain), CancellationToken.None)).ToArray();
        var all = Task.WhenAll(handlers);
        try
        {
            await all.ConfigureAwait(false);
        }
        catch (Exception) when (all.Exception is { InnerExceptions.Count: > 1 })
        {
            throw new AggregateException(all.Exception.InnerExceptions); // an await throws the first alone
        }
    }

    private async Task HandleItemsAsync(StopToken drain)
    {
        var idle = new IdleHandler();
        while (true)
        {
            var next = _intake.Take(idle, out var item, out var number);
            if (next == NextItem.None)
                return;
            if (next == NextItem.Wait)
            {
                await StopProbe.Watch(Source, Options.TimeProvider, Timeout.InfiniteTimeSpan, idle, idle.WaitAsync()).ConfigureAwait(false);
                continue;
            }

            Source.Token.Look("HandleAsync");
            Exception failure;
            try
            {
                await HandleAsync(item, drain).ConfigureAwait(false);
                continue;
            }
#pragma warning disable CA1031 // thrown again below, unless the options say what else becomes of the item
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            await SettleAsync(item, number, failure, drain).ConfigureAwait(false);
        }
    }

    /// <summary>Does with an item whose handler has thrown what the options decide.</summary>
    private async Task SettleAsync(T item, long number, Exception failure, StopToken drain)
    {
        var isLastTry = false;
        for (var attempt = 1; ; attempt++)
        {
            var decision = Decide(item, failure, attempt);
            if (decision.Kind == ItemDecisionKind.Skip)
            {
                Interlocked.Increment(ref _skipped);
                return;
            }

            bool isRetried;
            try
            {
                isRetried = !isLastTry && await PauseAsync(decision.After).ConfigureAwait(false);
            }
            catch
            {
                HandBackAndCut(); // the worker's clock makes no timer
                throw;
            }

            if (!isRetried)
            {
                _intake.HandBack(number, item);
                return;
            }

            isLastTry = Source.IsStopRequested;
            try
            {
                await HandleAsync(item, drain).ConfigureAwait(false);
                return;
            }
#pragma warning disable CA1031 // as above
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }
        }

        // Skip or Retry; otherwise it hands the item back and throws what ends the worker.
        ItemDecision Decide(T item, Exception failure, int attempt)
        {
            try
            {
                var isCutOff = failure is OperationCanceledException && Source.IsAbortRequested;
                if (_options.ItemFailed is { } itemFailed && failure is not ExitException && !isCutOff
                    && itemFailed(item, failure, attempt) is { Kind: not ItemDecisionKind.Stop } decision)
                {
                    return decision;
                }
            }
#pragma warning disable CA1031 // thrown again at once, beside the failure that it was asked about
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = new AggregateException(failure, exception);
            }

            HandBackAndCut();
            ExceptionDispatchInfo.Throw(failure);
            return default;
        }

        void HandBackAndCut()
        {
            _intake.HandBack(number, item);
            _intake.Cut(); // other handlers end what they have in hand
            _isFailing.Set();
        }
    }

    /// <summary>Waits before a retry; false if there is to be none.</summary>
    private async ValueTask<bool> PauseAsync(TimeSpan pause)
    {
        // The stop ends the pause. The worker has observed it anyway: its queue was closed by it.
        if (await _isFailing.WaitAsync(pause, Source.Token).ConfigureAwait(false) || Source.IsAbortRequested)
            return false;
        return !Source.IsStopRequested || _options.RetriesAtStop;
    }

    /// <summary>
    /// Closes the queue at the stop. It waits, and is no callback, so that a callback of other code that blocks cannot
    /// hold it up.
    /// </summary>
    private sealed class Closer(QueueWorker<T> worker) : Waiter
    {
        internal override void Release()
        {
            worker.Complete();
            if (worker.State == WorkerState.Running)
                _ = worker.Source.Token.Observes(); // this is how the worker sees the stop
        }
    }

    internal sealed class HandlerWorker(string name, Func<T, StopToken, Task> handle, QueueWorkerOptions<T>? options)
        : QueueWorker<T>(name, options)
    {
        private protected override string Kind => "QueueWorker";

        private protected override bool HasCleanUp => false;

        protected override Task HandleAsync(T item, StopToken stop) => handle(item, stop);
    }
}
