using Xunit.Abstractions;

namespace StopKit.Tests.Groups;

/// <summary>However the calls on a group meet, every member that was accepted ends, and no other ever runs.</summary>
[Collection(Alone.Name)]
public sealed class GroupRaces(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds = Race.Rounds / 5; // each makes a tree of sources and runs some twenty continuations

    private WorkerGroup _group = new();
    private Worker[] _added = [];
    private bool[] _accepted = [];
    private int _runs;

    // The gates of the members below let their continuations run inside of SetResult: the thread that races is the one that fails.

    public void Dispose()
    {
        _group.Dispose();
        foreach (var worker in _added)
            worker.Dispose();
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Add_against_Stop() => Run(
        start: true,
        [() => Add(0), () => Add(1), () => _group.Stop()],
        expected: result => Assert.True(result.Outcome is WorkerOutcome.Stopped or WorkerOutcome.Completed, result.ToString()));

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Add_against_Start() => Run(
        start: false,
        [() => Add(0), () => Add(1), () => _group.Start()],
        expected: result => Assert.True(result.Outcome is WorkerOutcome.Stopped or WorkerOutcome.Completed, result.ToString()));

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Start_against_Stop_against_a_member_s_stop() => Run(
        start: false,
        [() => _group.Start(), () => _group.Stop(), () => _added[0].Stop()],
        expected: result => Assert.True(result.Outcome is WorkerOutcome.Stopped or WorkerOutcome.Completed or WorkerOutcome.NotRun, result.ToString()),
        prepare: () => Add(0));

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task A_member_s_fault_against_Stop()
    {
        var mayFail = new TaskCompletionSource(TaskCreationOptions.None);

        await Run(
            start: true,
            [() => mayFail.SetResult(), () => _group.Stop()],
            expected: result =>
            {
                // A fault is never lost, whoever was first; the reason is that of the first.
                Assert.Equal(WorkerOutcome.Faulted, result.Outcome);
                Assert.IsType<InvalidDataException>(result.Exception);
                Assert.True(result.Reason!.Cause is StopCause.WorkerFailed or StopCause.Requested);
            },
            prepare: () =>
            {
                var gate = mayFail = new TaskCompletionSource(TaskCreationOptions.None);
                _group.Add("broken", async _ =>
                {
                    await gate.Task;
                    throw new InvalidDataException();
                });
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task Of_faults_at_the_same_time_one_is_both_the_reason_and_the_first_fault()
    {
        var gates = new TaskCompletionSource[4];

        await Race.Run(
            output,
            prepare: () =>
            {
                _group = new WorkerGroup("app");
                for (var number = 0; number < gates.Length; number++)
                {
                    var gate = gates[number] = new TaskCompletionSource(TaskCreationOptions.None);
                    _group.Add($"parser-{number}", async _ =>
                    {
                        await gate.Task;
                        throw new InvalidDataException();
                    });
                }

                _group.Start();
            },
            Race.Times(gates.Length, number => gates[number].SetResult()),
            check: () =>
            {
                var result = _group.Join();
                var faults = result.Exception is AggregateException all ? all.InnerExceptions : new([result.Exception!]);
                Assert.Equal(WorkerOutcome.Faulted, result.Outcome);
                Assert.Equal(gates.Length, faults.Count);
                Assert.Same(faults[0], result.Reason!.Exception);
            },
            rounds: 2_000);
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task A_restart_against_Stop()
    {
        var mayFail = new TaskCompletionSource(TaskCreationOptions.None);

        await Run(
            start: true,
            [() => mayFail.SetResult(), () => _group.Stop()],
            expected: result => Assert.True(
                result.Outcome == (result.Exception is null ? WorkerOutcome.Stopped : WorkerOutcome.Faulted), result.ToString()),
            prepare: () =>
            {
                var gate = mayFail = new TaskCompletionSource(TaskCreationOptions.None);
                var runs = 0;
                _group.Add("flaky", async stop =>
                {
                    await gate.Task;
                    if (++runs == 1)
                        throw new InvalidDataException();
                    await stop.WaitAsync(Timeout.InfiniteTimeSpan);
                });
            },
            policy: FailurePolicy.Restart(TimeSpan.FromTicks(1), limit: 3)); // as good as no pause, so that all falls together

        _group.Report.IsComplete.Should().BeTrue();
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task A_report_against_the_fault_of_a_member_that_will_run_again()
    {
        var (mayFail, report) = (new TaskCompletionSource(TaskCreationOptions.None), _group.Report);

        await Race.Run(
            output,
            prepare: () =>
            {
                var gate = mayFail = new TaskCompletionSource(TaskCreationOptions.None);
                _group = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromHours(1), limit: 3));
                _group.Add("flaky", async _ =>
                {
                    await gate.Task;
                    throw new InvalidDataException();
                });
                _group.Start();
            },
            [() => mayFail.SetResult(), () => report = _group.Report],
            check: () =>
            {
                Assert.False(report.IsComplete, report.ToString());
                _group.Stop();
                Assert.True(_group.Report.IsComplete);
            },
            rounds: Rounds);
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Everything_at_once() => Run(
        start: false,
        [
            () => _group.Start(),
            () => Add(0),
            () => _group.RequestStop("one"),
            () => _group.RequestAbort("two"),
            () => _group.Dispose(),
            () => _ = _group.Report.ToString(),
        ],
        expected: _ => { },
        mayRefuseStart: true);

    private Task<int> Run(
        bool start,
        Action[] contenders,
        Action<WorkerResult> expected,
        Action? prepare = null,
        FailurePolicy? policy = null,
        bool mayRefuseStart = false)
    {
        if (mayRefuseStart)
            contenders[0] = IgnoringDisposed(contenders[0]);
        return Race.Run(
            output,
            prepare: () =>
            {
                _runs = 0;
                _group = new WorkerGroup("app", policy);
                _group.Add("willing", Willing, order: 1);
                _added = [new Counted(this), new Counted(this)];
                _accepted = new bool[2];
                prepare?.Invoke();
                if (start)
                    _group.Start();
            },
            contenders,
            check: () =>
            {
                _group.Stop();
                Assert.True(_group.Completion.Wait(Patience.Limit), "The group never ended.");
                expected(_group.Completion.Result);
                var ran = 0;
                for (var number = 0; number < 2; number++)
                {
                    if (_accepted[number])
                    {
                        Assert.True(_added[number].Completion.Wait(Patience.Limit), "An accepted member never ended.");
                        ran += _added[number].Completion.Result.Outcome == WorkerOutcome.NotRun ? 0 : 1;
                    }
                    else
                    {
                        Assert.Equal(WorkerState.Created, _added[number].State);
                    }
                }

                Assert.Equal(ran, _runs);
                Assert.True(_group.Report.IsComplete, _group.Report.ToString());
            },
            rounds: Rounds);
    }

    private static Action IgnoringDisposed(Action start) => () =>
    {
        try
        {
            start();
        }
        catch (ObjectDisposedException)
        {
            // Disposed before it was started, which is one way for this race to go.
        }
    };

    private static Task Willing(StopToken stop) => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask();

    private void Add(int number) => _accepted[number] = _group.Add(_added[number]);

    private sealed class Counted(GroupRaces race) : AsyncWorker
    {
        protected override Task RunAsync(StopToken stop)
        {
            Interlocked.Increment(ref race._runs);
            return Willing(stop);
        }
    }
}
