namespace StopKit.Tests.Workers;

public sealed class JoiningTests
{
    private readonly ManualClock _clock = new();

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Joining_waits_for_the_end_and_gives_the_result(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass());
        var joining = Task.Run(worker.Join);

        joining.IsCompleted.Should().BeFalse();
        mayEnd.Open();

        (await joining).Outcome.Should().Be(WorkerOutcome.Completed);
        worker.State.Should().Be(WorkerState.Finished);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Joining_again_gives_the_same_result(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, _ => { });

        var first = await Task.Run(worker.Join);

        worker.Join().Should().BeSameAs(first);
        worker.TryJoin(TimeSpan.Zero, out var again).Should().BeTrue();
        again.Should().BeSameAs(first);
        (await worker.Completion).Should().BeSameAs(first);
        worker.Stop().Should().BeSameAs(first);
        (await worker.StopAsync()).Should().BeSameAs(first);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Joining_a_thread_worker_waits_for_the_end_of_its_thread()
    {
        Thread? thread = null;
        var worker = TestWorkers.Start(WorkerKind.Thread, _ => thread = Thread.CurrentThread);

        await Task.Run(worker.Join);

        thread!.IsAlive.Should().BeFalse();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Joining_before_the_start_is_refused(WorkerKind kind)
    {
        var worker = TestWorkers.Make(kind, _ => { }, name: "early");

        worker.Invoking(w => w.Join()).Should().Throw<InvalidOperationException>().WithMessage("*'early' was not started*");
        worker.Invoking(w => w.TryJoin(TimeSpan.Zero, out _)).Should().Throw<InvalidOperationException>().WithMessage("*'early' was not started*");

        worker.Start();
        (await Task.Run(worker.Join)).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Starting_twice_is_refused(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass(), name: "twice");

        worker.Invoking(w => w.Start()).Should().Throw<InvalidOperationException>().WithMessage("*'twice' was started before*");
        mayEnd.Open();
        await worker.Completion;
        worker.Invoking(w => w.Start()).Should().Throw<InvalidOperationException>();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_joins_or_stops_itself_is_told_instead_of_blocked(WorkerKind kind)
    {
        Worker? worker = null;
        Action[] attempts =
        [
            () => worker!.Join(),
            () => worker!.TryJoin(TimeSpan.FromMinutes(1), out _),
            () => worker!.Stop(),
            () => worker!.StopAsync().GetAwaiter().GetResult(),
        ];
        worker = TestWorkers.Make(
            kind,
            _ =>
            {
                foreach (var attempt in attempts)
                    attempt.Should().Throw<InvalidOperationException>().WithMessage("*'self' cannot * itself*");
            },
            name: "self");

        worker.Start();

        var result = await worker.Completion;
        result.Exception.Should().BeNull();
        worker.StopToken.IsStopRequested.Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_async_worker_that_joins_itself_is_told_also_after_awaits_and_on_what_it_started()
    {
        AsyncWorker? worker = null;
        var isAssigned = new Gate();
        var joining = () => worker!.Join();
        worker = AsyncWorker.Start("self", async _ =>
        {
            await isAssigned.PassAsync();
            joining.Should().Throw<InvalidOperationException>();
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System).ConfigureAwait(false);
            joining.Should().Throw<InvalidOperationException>();
            await Task.Run(() => joining.Should().Throw<InvalidOperationException>());
        });
        isAssigned.Open();

        var result = await worker.Completion;

        result.Exception.Should().BeNull();
        result.Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_may_join_one_that_it_started(WorkerKind kind)
    {
        foreach (var inner in Enum.GetValues<WorkerKind>())
        {
            WorkerResult? joined = null;
            var outer = TestWorkers.Start(kind, stop => joined = TestWorkers.Start(inner, _ => { }, stop: stop).Join());

            (await outer.Completion).Exception.Should().BeNull();

            joined!.Outcome.Should().Be(WorkerOutcome.Completed);
        }
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task What_a_finished_worker_left_behind_may_join_it(WorkerKind kind)
    {
        var isFinished = new Gate();
        Task<WorkerResult>? left = null;
        Worker? worker = null;
        worker = TestWorkers.Make(kind, _ => left = Task.Run(() =>
        {
            isFinished.Pass();
            return worker!.Join();
        }));
        worker.Start();
        await worker.Completion;
        isFinished.Open();

        (await left!).Should().BeSameAs(await worker.Completion);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_logger_may_join_the_worker_whose_end_it_is_told(WorkerKind kind)
    {
        var isJoined = new TaskCompletionSource<WorkerResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var logger = new CallbackLogger();
        var worker = TestWorkers.Make(kind, _ => { }, options: new WorkerOptions { Logger = logger });
        logger.OnLog = id =>
        {
            if (id == 2002)
                isJoined.SetResult(worker.Completion.GetAwaiter().GetResult());
        };

        worker.Start();

        (await isJoined.Task).Should().BeSameAs(await worker.Completion);
        logger.Failure.Should().BeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task TryJoin_gives_up_when_its_time_is_up_on_the_workers_clock(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass(), options: new WorkerOptions { TimeProvider = _clock });
        WorkerResult? result = null;
        var joining = Task.Run(() => worker.TryJoin(TimeSpan.FromSeconds(5), out result));

        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(4.999));
        joining.IsCompleted.Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(0.001));

        (await joining).Should().BeFalse();
        result.Should().BeNull();
        mayEnd.Open();
        await worker.Completion;
        (await Task.Run(() => worker.TryJoin(TimeSpan.FromSeconds(5), out result))).Should().BeTrue();
        result!.Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task TryJoin_gives_up_in_real_time(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass());

        (await Task.Run(() => worker.TryJoin(TimeSpan.FromMilliseconds(20), out _))).Should().BeFalse();

        mayEnd.Open();
        (await Task.Run(() => worker.TryJoin(Patience.Limit, out _))).Should().BeTrue();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task TryJoin_without_time_only_looks_also_on_a_clock_that_stands(WorkerKind kind)
    {
        var mayEnd = new Gate();
        foreach (var options in new[] { new WorkerOptions(), new WorkerOptions { TimeProvider = _clock } })
        {
            var worker = TestWorkers.Start(kind, _ => mayEnd.Pass(), options: options);

            (await Task.Run(() => worker.TryJoin(TimeSpan.Zero, out _)).WaitAsync(Patience.Limit)).Should().BeFalse();
        }

        mayEnd.Open();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_limit_out_of_range_is_refused(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, _ => { });
        await worker.Completion;

        foreach (var limit in new[] { TimeSpan.FromSeconds(-1), TimeSpan.FromMilliseconds(-2), TimeSpan.FromDays(25), TimeSpan.MaxValue })
        {
            worker.Invoking(w => w.TryJoin(limit, out _)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
            worker.Invoking(w => w.Stop(limit)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("grace");
            worker.Invoking(w => w.StopAsync(limit)).Should().ThrowAsync<ArgumentOutOfRangeException>().IsCompletedSuccessfully.Should().BeTrue();
            worker.Invoking(w => w.RequestStop(grace: limit)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("grace");
        }
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_interrupted_joiner_is_released_and_the_worker_goes_on(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass());
        Exception? thrown = null;
        var joiner = new Thread(() => thrown = Record.Exception(() => worker.Join()));
        joiner.Start();
        joiner.Interrupt();
        await Task.Run(joiner.Join);

        thrown.Should().BeOfType<ThreadInterruptedException>();
        mayEnd.Open();
        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }
}
