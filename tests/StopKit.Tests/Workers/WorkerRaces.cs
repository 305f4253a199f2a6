using Xunit.Abstractions;

namespace StopKit.Tests.Workers;

/// <summary>However the calls of a worker's life meet, it ends once, with a result that fits what happened.</summary>
[Collection(Alone.Name)]
public sealed class WorkerRaces(ITestOutputHelper output) : IDisposable
{
    private static readonly int AsyncRounds = Race.Rounds / 2;
    private static readonly int ThreadRounds = Race.Rounds / 7; // each starts a thread

    private StopSource _parent = new();
    private Worker _worker = AsyncWorker.Start("none", _ => Task.CompletedTask);
    private int _bodies;
    private int _cleanUps;

    [Theory(Timeout = Patience.RaceTimeout), EveryKind]
    public Task Start_against_Stop(WorkerKind kind) => Run(kind, Start, () => _worker.Stop());

    [Theory(Timeout = Patience.RaceTimeout), EveryKind]
    public Task Start_against_Dispose(WorkerKind kind) => Run(kind, Start, () => _worker.Dispose());

    [Theory(Timeout = Patience.RaceTimeout), EveryKind]
    public Task Start_against_a_stop_from_above(WorkerKind kind) => Run(kind, Start, () => _parent.RequestStop());

    [Theory(Timeout = Patience.RaceTimeout), EveryKind]
    public Task Start_against_TryJoin(WorkerKind kind) => Run(
        kind,
        Start,
        () =>
        {
            // Until it was started it says so; from then on it waits.
            while (true)
            {
                try
                {
                    _worker.TryJoin(Patience.Limit, out _);
                    return;
                }
                catch (InvalidOperationException)
                {
                    Thread.Yield();
                }
            }
        });

    [Theory(Timeout = Patience.RaceTimeout), EveryKind]
    public Task Everything_at_once(WorkerKind kind) => Run(
        kind,
        Start,
        () => _worker.Stop(),
        () => _worker.RequestStop("one"),
        () => _worker.Dispose(),
        () => _parent.RequestAbort("two"),
        () => _ = _worker.StopToken.IsStopRequested);

    [Theory(Timeout = Patience.RaceTimeout), EveryKind]
    public Task The_end_against_a_stop_that_others_are_told_of(WorkerKind kind)
    {
        var calls = 0;
        StopToken outside = default;
        return Race.Run(
            output,
            prepare: () =>
            {
                calls = 0;
                _worker = TestWorkers.Make(kind, stop => stop.Wait());
                outside = _worker.StopToken;
                outside.OnStop(_ => Interlocked.Increment(ref calls));
                _worker.Start();
            },
            [() => _worker.RequestStop("one"), () => _worker.RequestAbort("two")],
            check: () =>
            {
                var reason = _worker.Completion.Result.Reason;
                Assert.NotNull(reason);
                Assert.Same(reason, outside.Reason);
                Patience.Until(() => Volatile.Read(ref calls) == 1);
            },
            rounds: 5_000);
    }

    [Theory(Timeout = Patience.RaceTimeout), EveryKind]
    public Task The_end_against_a_stop_that_gives_up_is_logged_as_late_only_if_that_has_said_so(WorkerKind kind)
    {
        var log = new ListLogger();
        StopFlag mayEnd = new();
        return Race.Run(
            output,
            prepare: () =>
            {
                log = new ListLogger();
                mayEnd = new StopFlag();
                _worker = TestWorkers.Make(
                    kind, _ => SpinWait.SpinUntil(() => mayEnd.IsSet), options: new WorkerOptions { Logger = log, AbortPeriod = TimeSpan.Zero });
                _worker.Start();
            },
            [() => mayEnd.Set(), () => _worker.Stop(TimeSpan.Zero)],
            check: () =>
            {
                Assert.True(_worker.Completion.Wait(Patience.Limit), "never ended");
                var ids = log.Entries.Select(entry => entry.Id).Where(id => id is 2002 or 2004 or 2005).Order().ToList();
                Assert.True(ids is [2002] or [2004, 2005], string.Join(", ", ids));
            },
            rounds: 5_000);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _parent.Dispose();
    }

    private Task<int> Run(WorkerKind kind, params Action[] contenders) => Race.Run(
        output,
        prepare: () =>
        {
            (_bodies, _cleanUps) = (0, 0);
            _parent = new StopSource();
            _worker = kind == WorkerKind.Thread ? new OnThread(this) : new OnTasks(this);
        },
        contenders,
        Check,
        kind == WorkerKind.Thread ? ThreadRounds : AsyncRounds);

    private void Start()
    {
        try
        {
            _worker.Start(_parent.Token);
        }
        catch (ObjectDisposedException)
        {
            // Dispose was first; then that is what the result says.
        }
    }

    private void Body(StopToken stop)
    {
        Interlocked.Increment(ref _bodies);
        _ = stop.IsStopRequested;
    }

    private void Check()
    {
        Assert.True(_worker.Completion.Wait(Patience.Limit), "never ended");
        var result = _worker.Completion.Result;
        var expectedRuns = result.Outcome == WorkerOutcome.NotRun ? 0 : 1;
        Assert.True(expectedRuns == Volatile.Read(ref _bodies), $"{result}, but the body ran {_bodies} times");
        Assert.True(expectedRuns == Volatile.Read(ref _cleanUps), $"{result}, but the cleanup ran {_cleanUps} times");
        Assert.Equal(WorkerState.Finished, _worker.State);
        Assert.Equal(0, _parent.LiveChildren);
        Assert.Null(result.Exception);
        Assert.Null(result.ExitCode);
        switch (result.Outcome)
        {
            case WorkerOutcome.Completed:
                Assert.Null(result.Reason);
                Assert.Null(result.StopLatency);
                Assert.Null(result.StopDuration);
                break;
            case WorkerOutcome.Stopped:
                Assert.NotNull(result.Reason);
                Assert.True(result.StopLatency <= result.StopDuration, "observed after the end");
                break;
            case WorkerOutcome.Aborted:
                Assert.NotNull(result.Reason);
                Assert.NotNull(result.StopDuration);
                break;
            case WorkerOutcome.NotRun:
                Assert.NotNull(result.Reason);
                Assert.NotNull(result.StopDuration);
                Assert.Equal(TimeSpan.Zero, result.Duration);
                break;
            default:
                Assert.Fail($"unexpected: {result}");
                break;
        }
    }

    private sealed class OnThread(WorkerRaces race) : ThreadWorker("raced")
    {
        protected override void Run(StopToken stop) => race.Body(stop);

        protected override void CleanUp(StopToken shielded) => Interlocked.Increment(ref race._cleanUps);
    }

    private sealed class OnTasks(WorkerRaces race) : AsyncWorker("raced")
    {
        protected override Task RunAsync(StopToken stop)
        {
            race.Body(stop);
            return Task.CompletedTask;
        }

        protected override Task CleanUpAsync(StopToken shielded)
        {
            Interlocked.Increment(ref race._cleanUps);
            return Task.CompletedTask;
        }
    }
}
