using System.Collections.Concurrent;
using CsCheck;

namespace StopKit.Schedules.Queues;

/// <summary>What a lane does to a queue.</summary>
public enum QueueOperation
{
    /// <summary>Offers an item.</summary>
    TryPost,

    /// <summary>Offers an item and awaits that before the next step.</summary>
    Post,

    /// <summary>Offers an item and goes on; the offers of one lane keep their order.</summary>
    PostWithoutAwait,

    /// <summary>Offers an item until it is given up.</summary>
    PostAndGiveUp,

    /// <summary>Closes the queue.</summary>
    Complete,

    /// <summary>Requests the stop.</summary>
    RequestStop,

    /// <summary>Requests the abort.</summary>
    RequestAbort,

    /// <summary>Stops and waits.</summary>
    Stop,

    /// <summary>Starts the worker, if nothing has.</summary>
    Start,

    /// <summary>Disposes it.</summary>
    Dispose,

    /// <summary>Reads what is unhandled.</summary>
    Look,
}

/// <summary>What the handler does with an item.</summary>
public enum HandlerDeed
{
    /// <summary>Handles it at once.</summary>
    AtOnce,

    /// <summary>Gives up its thread first.</summary>
    Yields,

    /// <summary>Holds the item until the abort, then throws.</summary>
    UntilAbort,

    /// <summary>Throws.</summary>
    Throws,
}

/// <summary>What the queue does with an item whose handler has thrown.</summary>
public enum FailedItem
{
    /// <summary>There is no <see cref="QueueWorkerOptions{T}.ItemFailed"/>: the worker ends.</summary>
    EndsQueue,

    /// <summary>Skips it.</summary>
    IsSkipped,

    /// <summary>Handles it again, at once and then after a millisecond, and skips it after the third time.</summary>
    IsRetried,

    /// <summary>As <see cref="IsRetried"/>, but not while the queue drains.</summary>
    IsRetriedUntilStop,
}

/// <summary>Producers on lanes of their own, and a queue that is closed, stopped and aborted meanwhile.</summary>
/// <remarks>
/// Invariants: each accepted item is handled, skipped or handed back, exactly once; each refused one is neither; of one producer, what was handed back is
/// in the order of its posts, and what one handler without retries has handled before that too; no more handlers run at once than the options say; only a
/// failure that is neither skipped nor retried is the worker's; every post and the worker end.
/// </remarks>
public sealed class QueueRace : Schedule
{
    private readonly int _capacity;
    private readonly int _parallelism;
    private readonly FailedItem _failed;
    private readonly IReadOnlyList<HandlerDeed> _deeds;
    private readonly IReadOnlyList<IReadOnlyList<QueueOperation>> _lanes;

    private QueueRace(
        int capacity, int parallelism, FailedItem failed, IReadOnlyList<HandlerDeed> deeds, IReadOnlyList<IReadOnlyList<QueueOperation>> lanes) =>
        (_capacity, _parallelism, _failed, _deeds, _lanes) = (capacity, parallelism, failed, deeds, lanes);

    /// <summary>Gets the generator.</summary>
    public static Gen<Schedule> Any { get; } = Gen.Select(
        Gen.Int[1, 5],
        Gen.OneOf(1, 4, 64),
        Gen.Enum<FailedItem>(),
        Gen.Frequency((10, HandlerDeed.AtOnce), (8, HandlerDeed.Yields), (1, HandlerDeed.UntilAbort), (2, HandlerDeed.Throws)).Array[1, 8],
        Gen.Frequency(
            (10, QueueOperation.TryPost), (10, QueueOperation.Post), (16, QueueOperation.PostWithoutAwait), (4, QueueOperation.PostAndGiveUp),
            (1, QueueOperation.Complete), (2, QueueOperation.RequestStop), (1, QueueOperation.RequestAbort), (1, QueueOperation.Stop),
            (1, QueueOperation.Start), (1, QueueOperation.Dispose), (1, QueueOperation.Look)).Array[1, 12].Array[1, 4],
        static (capacity, parallelism, failed, deeds, lanes) => (Schedule)new QueueRace(capacity, parallelism, failed, deeds, [.. lanes.Select((lane, number) => number == 0 ? (IReadOnlyList<QueueOperation>)[QueueOperation.Start, .. lane] : lane)]));

    /// <inheritdoc/>
    public override void Run(Team team, TimeSpan unit)
    {
        using var scene = new Scene(this);
        scene.Run(team);
    }

    /// <inheritdoc/>
    public override IEnumerable<Schedule> Smaller() =>
        WithoutOneStep(_lanes).Select(lanes => new QueueRace(_capacity, _parallelism, _failed, _deeds, lanes))
            .Concat(_deeds.Count > 1 ? WithoutOne(_deeds).Select(deeds => new QueueRace(_capacity, _parallelism, _failed, deeds, _lanes)) : []);

    /// <inheritdoc/>
    public override string ToString() =>
        $"  capacity {_capacity}, parallelism {_parallelism}, a failed item {_failed}, handler: {string.Join(" ", _deeds)}\n" + string.Join("\n", _lanes.Select(static (lane, number) => $"  lane {number}: {string.Join("; ", lane)}"));

    private sealed class Scene : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly QueueRace _race;
        private readonly Handler _worker;
        private readonly StopSource _giveUp = new();
        private readonly ConcurrentQueue<int> _accepted = [];
        private readonly ConcurrentQueue<int> _refused = [];
        private readonly ConcurrentQueue<int> _waited = [];
        private readonly ConcurrentQueue<Task> _posts = [];

        internal Scene(QueueRace race) => (_race, _worker) = (race, new Handler(race));

        public void Dispose() => _giveUp.Dispose();

        internal void Run(Team team)
        {
            team.Run([.. _race._lanes.Select((lane, number) => (Action)(() => RunLane(lane, number)))], LetGo);
            LetGo();
            if (_worker.State == WorkerState.Created)
                _worker.Dispose();
            _worker.RequestStop();
            if (_race._deeds.Contains(HandlerDeed.UntilAbort))
                _worker.RequestAbort();
            Require(_worker.Completion.Wait(Patience), "the worker has not ended");
            foreach (var post in _posts)
                Require(post.Wait(Patience), "a post has not ended");
            Check();
            _worker.Dispose();
        }

        private static void Require(bool condition, string otherwise)
        {
            if (!condition)
                throw new ScheduleException(otherwise);
        }

        // A lane that waits for room may wait for a handler that waits for the abort, or for a queue that nothing starts.
        private int _looks;

        private void LetGo()
        {
            if (++_looks > 300)
                _giveUp.RequestStop();
            if (_looks > 600)
                _worker.RequestAbort();
        }

        private void RunLane(IReadOnlyList<QueueOperation> lane, int number)
        {
            for (var step = 0; step < lane.Count; step++)
                Do(lane[step], (number * 1000) + step);
        }

        private void Do(QueueOperation operation, int item)
        {
            switch (operation)
            {
                case QueueOperation.TryPost:
                    Note(item, _worker.TryPost(item));
                    break;
                case QueueOperation.Post:
                    Note(item, _worker.PostAsync(item, _giveUp.Token).AsTask().GetAwaiter().GetResult());
                    break;
                case QueueOperation.PostWithoutAwait:
                    _waited.Enqueue(item);
                    _posts.Enqueue(NoteAsync(item, _worker.PostAsync(item)));
                    break;
                case QueueOperation.PostAndGiveUp:
                    using (var scope = StopSource.LinkedTo(_giveUp.Token))
                    {
                        var post = _worker.PostAsync(item, scope.Token).AsTask();
                        scope.RequestStop();
                        Note(item, post.GetAwaiter().GetResult());
                    }

                    break;
                case QueueOperation.Complete:
                    _worker.Complete();
                    break;
                case QueueOperation.RequestStop:
                    _worker.RequestStop();
                    break;
                case QueueOperation.RequestAbort:
                    _worker.RequestAbort();
                    break;
                case QueueOperation.Stop:
                    _worker.Stop(TimeSpan.FromMilliseconds(1));
                    break;
                case QueueOperation.Dispose:
                    _worker.Dispose();
                    break;
                case QueueOperation.Start:
                    Start();
                    break;
                default:
                    _ = (_worker.Unhandled.Count, _worker.Count);
                    break;
            }
        }

        private void Start()
        {
            try
            {
                _worker.Start();
            }
            catch (InvalidOperationException)
            {
                // A second start, or one after the dispose.
            }
        }

        private void Note(int item, bool isAccepted) => (isAccepted ? _accepted : _refused).Enqueue(item);

        private async Task NoteAsync(int item, ValueTask<bool> post) => Note(item, await post.ConfigureAwait(false));

        private void Check()
        {
            var (handled, unhandled) = (_worker.Handled.ToList(), _worker.Unhandled.ToList());
            List<int> all = [.. handled, .. unhandled, .. _worker.Skipped];
            var twice = all.GroupBy(static item => item).FirstOrDefault(static same => same.Count() > 1);
            Require(twice is null, $"item {twice?.Key} is there {twice?.Count()} times: handled {string.Join(" ", handled)}; unhandled {string.Join(" ", unhandled)}; skipped {string.Join(" ", _worker.Skipped)}");
            Require(_accepted.Except(all).ToList() is [], $"accepted, but neither handled, skipped nor handed back: {string.Join(" ", _accepted.Except(all))}");
            Require(_refused.Intersect(all).ToList() is [], $"refused, but handled, skipped or handed back: {string.Join(" ", _refused.Intersect(all))}");
            // Side by side, or after a retry that the stop cut off, only what was handed back has an order.
            List<int> inOrder = _race._parallelism == 1 && _race._failed < FailedItem.IsRetried ? [.. handled, .. unhandled] : unhandled;
            for (var lane = 0; lane < _race._lanes.Count; lane++)
            {
                // Waiting posts among themselves, and what was posted one after the other.
                var waited = inOrder.Where(item => item / 1000 == lane && _waited.Contains(item)).ToList();
                Require(waited.SequenceEqual(waited.Order()), $"posts of lane {lane} that waited overtook one another: {string.Join(" ", waited)}");
                var awaited = inOrder.Where(item => item / 1000 == lane && !_waited.Contains(item)).ToList();
                Require(awaited.SequenceEqual(awaited.Order()), $"posts of lane {lane} are not in their order: {string.Join(" ", awaited)}");
            }

            var outcome = _worker.Completion.Result.Outcome;
            var hasFailed = _worker.HasThrown && _race._failed == FailedItem.EndsQueue;
            Require(hasFailed == (outcome == WorkerOutcome.Faulted), $"the handler has {(_worker.HasThrown ? "" : "not ")}thrown, but the outcome is {outcome}");
            Require(_worker.SkippedCount == _worker.Skipped.Count, $"{_worker.Skipped.Count} items were skipped, but it counts {_worker.SkippedCount}");
            Require(_worker.MostAtOnce <= _race._parallelism, $"{_worker.MostAtOnce} items were handled at once");
            Require(_worker.TakeUnhandled().SequenceEqual(unhandled) && _worker.TakeUnhandled() is [], "what is taken is not what was unhandled");
        }
    }

    private sealed class Handler : QueueWorker<int>
    {
        private readonly IReadOnlyList<HandlerDeed> _deeds;
        private int _count;
        private int _running;
        private int _mostAtOnce;

        internal Handler(QueueRace race)
            : this(race, [])
        {
        }

        private Handler(QueueRace race, ConcurrentQueue<int> skipped)
            : base("queue", OptionsOf(race, skipped)) => (_deeds, Skipped) = (race._deeds, skipped);

        internal ConcurrentQueue<int> Handled { get; } = [];

        internal ConcurrentQueue<int> Skipped { get; }

        internal bool HasThrown { get; private set; }

        internal int MostAtOnce => _mostAtOnce;

        protected override async Task HandleAsync(int item, StopToken stop)
        {
            var running = Interlocked.Increment(ref _running);
            for (var most = _mostAtOnce; running > most && Interlocked.CompareExchange(ref _mostAtOnce, running, most) != most;)
                most = _mostAtOnce;
            try
            {
                switch (_deeds[Interlocked.Increment(ref _count) % _deeds.Count])
                {
                    case HandlerDeed.Yields:
                        await Task.Yield();
                        break;
                    case HandlerDeed.UntilAbort:
                        await stop.WaitAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
                        stop.ThrowIfStopRequested();
                        break;
                    case HandlerDeed.Throws:
                        HasThrown = true;
                        throw new InvalidDataException($"item {item}");
                }

                Handled.Enqueue(item);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }

        private static QueueWorkerOptions<int> OptionsOf(QueueRace race, ConcurrentQueue<int> skipped) => new()
        {
            Capacity = race._capacity,
            Parallelism = race._parallelism,
            RetriesAtStop = race._failed != FailedItem.IsRetriedUntilStop,
            ItemFailed = race._failed == FailedItem.EndsQueue ? null : (item, _, attempt) =>
            {
                if (race._failed != FailedItem.IsSkipped && attempt < 3)
                    return ItemDecision.Retry(TimeSpan.FromMilliseconds(attempt - 1));
                skipped.Enqueue(item);
                return ItemDecision.Skip;
            },
            Worker = new WorkerOptions { AbortPeriod = TimeSpan.FromMilliseconds(50), Grace = TimeSpan.FromMilliseconds(50) },
        };
    }
}
