using System.Collections.Concurrent;
using CsCheck;

namespace StopKit.Schedules.Workers;

/// <summary>What a worker runs on.</summary>
public enum WorkerKind
{
    /// <summary>A thread worker.</summary>
    Thread,

    /// <summary>An async worker.</summary>
    Task,

    /// <summary>A periodic worker.</summary>
    Periodic,

    /// <summary>A queue worker.</summary>
    Queue,
}

/// <summary>How its body ends.</summary>
public enum BodyEnd
{
    /// <summary>It returns at once.</summary>
    AtOnce,

    /// <summary>It waits for the stop and returns.</summary>
    AtStop,

    /// <summary>It waits for the stop and throws for it.</summary>
    ByCancellation,

    /// <summary>It waits for the abort.</summary>
    AtAbort,

    /// <summary>It throws at once.</summary>
    Faults,

    /// <summary>It leaves with an exit code.</summary>
    Exits,

    /// <summary>It throws a cancellation of something else at once.</summary>
    ForeignCancellation,
}

/// <summary>What a lane does to a worker.</summary>
public enum WorkerOperation
{
    /// <summary>Starts it.</summary>
    Start,

    /// <summary>Starts it below a token that another lane may stop.</summary>
    StartBelow,

    /// <summary>Stops that token.</summary>
    StopAbove,

    /// <summary>Requests the stop.</summary>
    RequestStop,

    /// <summary>Requests the abort.</summary>
    RequestAbort,

    /// <summary>Stops and waits.</summary>
    Stop,

    /// <summary>Stops and awaits that.</summary>
    StopAsync,

    /// <summary>Joins with a limit.</summary>
    TryJoin,

    /// <summary>Disposes it.</summary>
    Dispose,

    /// <summary>Disposes it and awaits that.</summary>
    DisposeAsync,

    /// <summary>Reads its state and its token.</summary>
    Look,
}

/// <summary>Every call on one worker against every other.</summary>
/// <remarks>
/// Invariants: the body and the cleanup run once at most, and not at all for NotRun; all who wait get one and the same result; it tells how the body ended;
/// when a stop has returned a result the body does not run; Completion ends; a call throws only where the documentation says so.
/// </remarks>
public sealed class WorkerRace : Schedule
{
    private readonly WorkerKind _kind;
    private readonly BodyEnd _end;
    private readonly IReadOnlyList<IReadOnlyList<WorkerOperation>> _lanes;

    private WorkerRace(WorkerKind kind, BodyEnd end, IReadOnlyList<IReadOnlyList<WorkerOperation>> lanes) => (_kind, _end, _lanes) = (kind, end, lanes);

    /// <summary>Gets the generator.</summary>
    public static Gen<Schedule> Any { get; } = Gen.Select(
        Gen.Enum<WorkerKind>(),
        Gen.Enum<BodyEnd>(),
        Gen.Frequency(
            (5, WorkerOperation.Start), (3, WorkerOperation.StartBelow), (2, WorkerOperation.StopAbove), (3, WorkerOperation.RequestStop), (2, WorkerOperation.RequestAbort),
            (3, WorkerOperation.Stop), (2, WorkerOperation.StopAsync), (3, WorkerOperation.TryJoin), (2, WorkerOperation.Dispose), (1, WorkerOperation.DisposeAsync),
            (3, WorkerOperation.Look)).Array[1, 5].Array[1, 4],
        static (kind, end, lanes) => (Schedule)new WorkerRace(kind, end, lanes));

    /// <inheritdoc/>
    public override void Run(Team team, TimeSpan unit)
    {
        using var scene = new Scene(this);
        scene.Run(team);
    }

    /// <inheritdoc/>
    public override IEnumerable<Schedule> Smaller() => WithoutOneStep(_lanes).Select(lanes => new WorkerRace(_kind, _end, lanes));

    /// <inheritdoc/>
    public override string ToString() =>
        $"  {_kind} whose body ends {_end}\n" + string.Join("\n", _lanes.Select(static (lane, number) => $"  lane {number}: {string.Join("; ", lane)}"));

    private sealed class Scene(WorkerRace race) : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly Body _body = new(race._end);
        private readonly StopSource _above = new();
        private readonly ConcurrentQueue<WorkerResult> _results = [];
        private Worker _worker = null!;
        private int _started;

        public void Dispose() => _above.Dispose();

        internal void Run(Team team)
        {
            // The abort period is long: here nothing is late, so an Abandoned is a fault or a machine that stands still.
            var options = new WorkerOptions { Grace = TimeSpan.FromMilliseconds(2), AbortPeriod = Patience };
            _worker = race._kind switch
            {
                WorkerKind.Thread => new OnThread(_body, options with { IsBackground = true }),
                WorkerKind.Task => new OnTasks(_body, options),
                WorkerKind.Periodic => new Ticking(_body, options),
                _ => new Handling(_body, options),
            };
            team.Run([.. race._lanes.Select(lane => (Action)(() => lane.ToList().ForEach(Do)))]);
            var result = _worker.Stop(TimeSpan.FromMilliseconds(2));
            Check(result);
        }

        private static void Require(bool condition, string otherwise)
        {
            if (!condition)
                throw new ScheduleException(otherwise);
        }

        private void Do(WorkerOperation operation)
        {
            switch (operation)
            {
                case WorkerOperation.Start:
                    Start(default);
                    break;
                case WorkerOperation.StartBelow:
                    Start(_above.Token);
                    break;
                case WorkerOperation.StopAbove:
                    _above.RequestStop("from above");
                    break;
                case WorkerOperation.RequestStop:
                    _worker.RequestStop();
                    break;
                case WorkerOperation.RequestAbort:
                    _worker.RequestAbort();
                    break;
                case WorkerOperation.Stop:
                    Ended(_worker.Stop(TimeSpan.FromMilliseconds(1)));
                    break;
                case WorkerOperation.StopAsync:
                    Ended(_worker.StopAsync(TimeSpan.FromMilliseconds(1)).GetAwaiter().GetResult());
                    break;
                case WorkerOperation.TryJoin:
                    TryJoin();
                    break;
                case WorkerOperation.Dispose:
                    _worker.Dispose();
                    break;
                case WorkerOperation.DisposeAsync:
                    _worker.DisposeAsync().AsTask().GetAwaiter().GetResult();
                    break;
                default:
                    _ = (_worker.State, _worker.StopToken.Stage, _worker.ToString());
                    break;
            }
        }

        private void Start(StopToken above)
        {
            try
            {
                _worker.Start(above);
                Interlocked.Increment(ref _started);
            }
            catch (ObjectDisposedException) when (race._lanes.Any(static lane => lane.Any(static operation => operation is WorkerOperation.Dispose or WorkerOperation.DisposeAsync)))
            {
                // Disposed before.
            }
            catch (InvalidOperationException exception) when (exception is not ObjectDisposedException)
            {
                // Started before.
            }
        }

        private void TryJoin()
        {
            var wasStarted = Volatile.Read(ref _started) > 0;
            try
            {
                if (_worker.TryJoin(TimeSpan.FromMilliseconds(1), out var result))
                    Ended(result);
            }
            catch (InvalidOperationException)
            {
                Require(!wasStarted, "a worker that was started cannot be joined");
            }
        }

        private void Ended(WorkerResult result)
        {
            Require(_body.Running == 0 || result.Outcome == WorkerOutcome.Abandoned, $"the body runs after a stop or join has returned '{result}'");
            _results.Enqueue(result);
        }

        private void Check(WorkerResult result)
        {
            Require(_worker.Completion.Wait(Patience), "Completion has not ended");
            foreach (var other in _results.Append(result))
                Require(ReferenceEquals(other, _worker.Completion.Result), $"two results: '{other}' and '{_worker.Completion.Result}'");
            Require(_worker.State == WorkerState.Finished, $"the state is {_worker.State} at the end");
            Require(_body.Runs <= 1, $"the body has run {_body.Runs} times");
            Require(_started <= 1, $"{_started} starts have succeeded");
            Require((_body.Runs == 0) == (result.Outcome == WorkerOutcome.NotRun) || race._kind is WorkerKind.Periodic or WorkerKind.Queue, $"the body has run {_body.Runs} times, but the outcome is {result.Outcome}");
            if (_body.Runs == 0)
                return;
            WorkerOutcome[] expected = race._end switch
            {
                BodyEnd.Faults => [WorkerOutcome.Faulted],
                BodyEnd.ForeignCancellation => [WorkerOutcome.Faulted, WorkerOutcome.Stopped, WorkerOutcome.Aborted],
                BodyEnd.Exits => [WorkerOutcome.Exited],
                BodyEnd.AtOnce => [WorkerOutcome.Completed, WorkerOutcome.Stopped, WorkerOutcome.Aborted],
                BodyEnd.AtAbort => [WorkerOutcome.Aborted],
                _ => [WorkerOutcome.Stopped, WorkerOutcome.Aborted],
            };
            Require(expected.Contains(result.Outcome), $"the outcome is {result.Outcome}");
            Require((result.Exception is not null) == (result.Outcome is WorkerOutcome.Faulted or WorkerOutcome.Exited), $"{result.Outcome} with exception {result.Exception}");
            Require(result.Outcome is not (WorkerOutcome.Stopped or WorkerOutcome.Aborted) || result.Reason is not null, $"{result.Outcome} without a reason");
        }
    }

    private sealed class Body(BodyEnd end)
    {
        private int _running;
        private int _runs;

        internal int Running => Volatile.Read(ref _running);

        internal int Runs => Volatile.Read(ref _runs);

        internal async Task RunAsync(StopToken stop, bool blocks)
        {
            Interlocked.Increment(ref _runs);
            Interlocked.Increment(ref _running);
            try
            {
                switch (end)
                {
                    case BodyEnd.Faults:
                        throw new InvalidDataException();
                    case BodyEnd.Exits:
                        throw new ExitException(3);
                    case BodyEnd.ForeignCancellation:
                        throw new OperationCanceledException();
                    case BodyEnd.AtOnce:
                        return;
                }

                _ = blocks ? stop.Wait(Timeout.InfiniteTimeSpan) : await stop.WaitAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
                if (end == BodyEnd.ByCancellation)
                    stop.ThrowIfStopRequested();
                while (end == BodyEnd.AtAbort && !stop.IsAbortRequested)
                    stop.Aborting.WaitHandle.WaitOne();
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }

    private sealed class OnThread(Body body, WorkerOptions options) : ThreadWorker("thread", options)
    {
        protected override void Run(StopToken stop) => body.RunAsync(stop, blocks: true).GetAwaiter().GetResult();
    }

    private sealed class OnTasks(Body body, WorkerOptions options) : AsyncWorker("tasks", options)
    {
        protected override Task RunAsync(StopToken stop) => body.RunAsync(stop, blocks: false);
    }

    private sealed class Ticking(Body body, WorkerOptions options) : PeriodicWorker(TimeSpan.FromMilliseconds(1), "periodic", options)
    {
        protected override async Task TickAsync(StopToken stop)
        {
            Complete();
            await body.RunAsync(stop, blocks: false).ConfigureAwait(false);
        }
    }

    private sealed class Handling : QueueWorker<int>
    {
        private readonly Body _body;

        internal Handling(Body body, WorkerOptions options)
            : base(4, "queue", options)
        {
            _body = body;
            TryPost(0);
        }

        protected override Task HandleAsync(int item, StopToken stop)
        {
            Complete();
            return _body.RunAsync(StopToken, blocks: false);
        }
    }
}
