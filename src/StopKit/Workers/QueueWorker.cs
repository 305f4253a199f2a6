using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace StopKit;

/// <summary>An <see cref="AsyncWorker"/> that handles items one after the other from a bounded queue, and loses none when it stops.</summary>
/// <typeparam name="T">What an item is.</typeparam>
/// <remarks>
/// <code>
/// open ──stop, or Complete──▶ draining: takes no more, handles what it accepted ──empty──▶ finished
///                                └──abort, or a handler that throws──▶ hands back the rest in Unhandled
/// </code>
/// <para>
/// Every item that was accepted is either handled or, in the end, in <see cref="Unhandled"/>. A handler's token does not see the stop,
/// only the abort, so that passing it on cuts nothing off while the queue drains.
/// </para>
/// <para>
/// Any number of threads may post, also before the start. The queue is a <see cref="Channel{T}"/>. Thread safety and life cycle: see <see cref="Worker"/>.
/// </para>
/// </remarks>
public abstract class QueueWorker<T> : AsyncWorker
{
    private readonly Channel<T> _queue;
    private readonly List<T> _unhandled = []; // also the lock for itself
    private readonly Closer _closer;
    private SpinGate _taking; // of items out of the queue

    /// <summary>Makes a worker; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="capacity">How many items wait at most, besides the one that is being handled; 1 or more.</param>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    protected QueueWorker(int capacity, string? name = null, WorkerOptions? options = null)
        : base(name, options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _queue = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });
        _closer = new Closer(this);
        Source.TryEnqueue(_closer); // from the beginning: producers may wait for a worker that is stopped before it starts
    }

    /// <summary>Gets the number of items that wait.</summary>
    public int Count => _queue.Reader.Count;

    /// <summary>Gets what was accepted and not handled, oldest first; complete once the handler is not called any more, so also in the cleanup.</summary>
    /// <remarks>
    /// From an abort on it has what was still waiting; the item in hand comes first, as soon as its handler has ended without handling it.
    /// </remarks>
    public IReadOnlyList<T> Unhandled
    {
        get
        {
            // Here and not in a callback, because those of others may hold up ours while a handler is stuck.
            if (Source.IsAbortRequested)
                TakeBack();
            lock (_unhandled)
                return [.. _unhandled];
        }
    }

    /// <summary>Starts a worker that hands each item to <paramref name="handle"/>.</summary>
    /// <param name="name">The name; <c>QueueWorker</c> and a number if blank.</param>
    /// <param name="handle">Handles an item; an item for which it throws is unhandled and ends the worker with the fault.</param>
    /// <param name="capacity">How many items wait at most, besides the one that is being handled: 1024 by default; 1 or more.</param>
    /// <param name="stop">Stops the worker too, when it stops; none by default.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The worker, started.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
#pragma warning disable CA1000 // as for the other workers; the type argument follows from the handler's, so it is written once either way
    public static QueueWorker<T> Start(
        string name, Func<T, StopToken, Task> handle, int capacity = 1024, StopToken stop = default, WorkerOptions? options = null)
#pragma warning restore CA1000
    {
        ArgumentNullException.ThrowIfNull(handle);
        var worker = new HandlerWorker(name, handle, capacity, options);
        worker.Start(stop);
        return worker;
    }

    /// <summary>Offers an item without waiting.</summary>
    /// <param name="item">The item.</param>
    /// <returns>True if it was accepted; false if the queue is full, or takes no more because the worker is stopping or has ended.</returns>
    public bool TryPost(T item) => IsOpen && _queue.Writer.TryWrite(item);

    /// <summary>Offers an item, and waits while the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <param name="giveUp">Ends the wait; none by default.</param>
    /// <returns>True if it was accepted; false if the worker is stopping or has ended, or the wait was given up. Never cancelled.</returns>
    public ValueTask<bool> PostAsync(T item, StopToken giveUp = default) =>
        TryPost(item) ? new ValueTask<bool>(true) : PostWhenThereIsRoomAsync(item, giveUp);

    private async ValueTask<bool> PostWhenThereIsRoomAsync(T item, StopToken giveUp)
    {
        var givenUp = giveUp.Source?.CancellationTokenOf(StopStage.Stopping) ?? CancellationToken.None;
        try
        {
            while (IsOpen && await _queue.Writer.WaitToWriteAsync(givenUp).ConfigureAwait(false))
            {
                if (TryPost(item))
                    return true;
            }
        }
        catch (OperationCanceledException) when (giveUp.IsStopRequested)
        {
            // Given up: the queue stayed full.
        }

        return false;
    }

    /// <summary>Takes no more items: the worker handles what it accepted and completes.</summary>
    /// <returns>True if this call closed the queue; false if it was closed.</returns>
    public bool Complete() => _queue.Writer.TryComplete();

    /// <summary>Handles one item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="stop">A token that stops at the abort of the worker: from then on the item may be given up by throwing.</param>
    /// <returns>A task that ends when the item is handled.</returns>
    protected abstract Task HandleAsync(T item, StopToken stop);

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(StopToken stop)
    {
        using var drain = stop.Shield(Timeout.InfiniteTimeSpan);
        var item = default(T)!;
        var isInHand = false;
        try
        {
            while (!Source.IsAbortRequested && await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (TryTake(out item!))
                {
                    isInHand = true;
                    await HandleAsync(item, drain.Token).ConfigureAwait(false);
                    isInHand = false;
                }
            }
        }
        finally
        {
            if (isInHand)
            {
                lock (_unhandled)
                    _unhandled.Insert(0, item);
            }

            // Before the cleanup: no producer is to wait for that, and it may want to save what is unhandled.
            TakeBack();
            if (!Source.Dequeue(_closer))
                _ = stop.IsStopRequested; // the queue was closed by the stop, perhaps before the worker counted as running
        }
    }

    /// <inheritdoc/>
    private protected override void OnFinishing() => TakeBack();

    // The worker's stop is looked at as well as the queue, because it is requested a moment before the queue is closed.
    private bool IsOpen => !IsStopRequestedUnseen;

    private bool TryTake([MaybeNullWhen(false)] out T item)
    {
        item = default;
        // Under the gate, as TakeBack is: what was taken here is older than all that is taken back. A lock would double the price of an item.
        _taking.Enter();
        var isTaken = !Source.IsAbortRequested && _queue.Reader.TryRead(out item);
        _taking.Exit();
        return isTaken;
    }

    private void TakeBack()
    {
        Complete(); // first, so that nothing comes after what is taken back
        lock (_unhandled)
        {
            _taking.Enter();
            try
            {
                while (_queue.Reader.TryRead(out var item))
                    _unhandled.Add(item);
            }
            finally
            {
                _taking.Exit();
            }
        }
    }

    /// <summary>Closes the queue at the stop. It waits, and is no callback, so that a callback of somebody else's that blocks cannot hold it up.</summary>
    private sealed class Closer(QueueWorker<T> worker) : Waiter
    {
        internal override void Release()
        {
            worker.Complete();
            if (worker.State == WorkerState.Running)
                _ = worker.BodyToken.IsStopRequested; // this is how the worker sees the stop
        }
    }

    private sealed class HandlerWorker(string name, Func<T, StopToken, Task> handle, int capacity, WorkerOptions? options)
        : QueueWorker<T>(capacity, name, options)
    {
        private protected override string Kind => "QueueWorker";

        private protected override bool HasCleanUp => false;

        protected override Task HandleAsync(T item, StopToken stop) => handle(item, stop);
    }
}
