namespace StopKit.Tests.Workers;

public sealed class StartingTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task What_is_ambient_where_it_is_started_is_ambient_in_the_worker(WorkerKind kind)
    {
        var seen = new List<string?>();
        Ambient.Value = "mine";
        var worker = TestWorkers.Start(kind, _ => seen.Add(Ambient.Value), _ => seen.Add(Ambient.Value));
        Ambient.Value = "changed later";

        await worker.Completion;

        seen.Should().Equal("mine", "mine");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task What_the_worker_changes_stays_in_it(WorkerKind kind)
    {
        Ambient.Value = "mine";

        await TestWorkers.Start(kind, _ => Ambient.Value = "the worker's").Completion;

        Ambient.Value.Should().Be("mine");
    }

    [Fact]
    public void An_async_void_body_is_refused()
    {
        Action<StopToken> body = async stop => await stop.WaitAsync(TimeSpan.Zero);

        FluentActions.Invoking(() => ThreadWorker.Start("wrong", body)).Should().Throw<ArgumentException>()
            .WithParameterName("body").WithMessage("*async void*AsyncWorker.Start*");
    }

    [Fact]
    public void A_missing_body_is_refused()
    {
        FluentActions.Invoking(() => ThreadWorker.Start("none", null!)).Should().Throw<ArgumentNullException>().WithParameterName("body");
        FluentActions.Invoking(() => AsyncWorker.Start("none", null!)).Should().Throw<ArgumentNullException>().WithParameterName("body");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_async_body_that_throws_before_its_first_await_or_returns_no_task_is_a_fault()
    {
        (await AsyncWorker.Start("throws", _ => throw new InvalidDataException()).Completion).Exception.Should().BeOfType<InvalidDataException>();
        (await AsyncWorker.Start("none", _ => null!).Completion).Outcome.Should().Be(WorkerOutcome.Faulted);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task No_fault_of_a_body_that_is_several_tasks_is_lost()
    {
        var (first, second) = (new InvalidDataException(), new IOException());

        var result = await AsyncWorker.Start("two", _ => Task.WhenAll(Task.FromException(first), Task.FromException(second))).Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Should().Equal(first, second);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_async_body_runs_on_the_thread_pool_from_its_first_line_and_outside_of_any_synchronization_context()
    {
        var isOnPool = false;
        SynchronizationContext? context = null;
        var before = SynchronizationContext.Current;
        AsyncWorker worker;
        try
        {
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            worker = AsyncWorker.Start("pool", _ =>
            {
                (isOnPool, context) = (Thread.CurrentThread.IsThreadPoolThread, SynchronizationContext.Current);
                return Task.CompletedTask;
            });
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        await worker.Completion;

        isOnPool.Should().BeTrue();
        context.Should().BeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_state_goes_forward(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Make(kind, _ => mayEnd.Pass());
        worker.State.Should().Be(WorkerState.Created);

        worker.Start();
        worker.State.Should().Be(WorkerState.Running);
        mayEnd.Open();
        await worker.Completion;

        worker.State.Should().Be(WorkerState.Finished);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_finished_worker_is_unlinked_from_its_parent(WorkerKind kind)
    {
        using var parent = new StopSource();
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass(), stop: parent.Token);
        parent.LiveChildren.Should().Be(1);
        _ = worker.StopToken;

        mayEnd.Open();
        await worker.Completion;

        parent.LiveChildren.Should().Be(0);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Scopes_that_the_body_left_open_are_stopped_by_the_parent(WorkerKind kind)
    {
        using var parent = new StopSource();
        StopSource? left = null;
        await TestWorkers.Start(kind, stop => left = StopSource.LinkedTo(stop), stop: parent.Token).Completion;

        parent.RequestStop("closing time");

        left!.Reason.Should().BeSameAs(parent.Reason);
        left.Dispose();
        parent.LiveChildren.Should().Be(0);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_thousand_workers_stop_together(WorkerKind kind)
    {
        const int count = 1000;
        using var parent = new StopSource();
        using var running = new CountdownEvent(count);
        Worker[] workers = kind == WorkerKind.Thread
            ? [.. Enumerable.Range(0, count).Select(number => ThreadWorker.Start($"thread-{number}", Block, parent.Token))]
            : [.. Enumerable.Range(0, count).Select(number => AsyncWorker.Start($"task-{number}", WaitAsync, parent.Token))];
        (await Task.Run(() => running.Wait(Patience.Limit))).Should().BeTrue();

        parent.RequestStop("closing time");

        var results = await Task.WhenAll(workers.Select(worker => worker.Completion));
        results.Should().OnlyContain(result => result.Outcome == WorkerOutcome.Stopped && result.Reason == parent.Reason);
        parent.LiveChildren.Should().Be(0);

        void Block(StopToken stop)
        {
            running.Signal();
            stop.Wait();
        }

        async Task WaitAsync(StopToken stop)
        {
            running.Signal();
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        }
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Starting_a_worker_below_itself_is_refused(WorkerKind kind)
    {
        var (one, other) = (TestWorkers.Make(kind, stop => stop.Wait(), name: "one"), TestWorkers.Make(kind, stop => stop.Wait()));
        one.Invoking(worker => worker.Start(worker.StopToken)).Should().Throw<ArgumentException>().WithParameterName("stop").WithMessage("*'one' itself*");
        other.Start(one.StopToken);
        one.Invoking(worker => worker.Start(other.StopToken)).Should().Throw<ArgumentException>().WithParameterName("stop");

        one.Start();
        one.RequestStop();

        (await one.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        (await other.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_whose_token_was_read_before_starts_below_any_other(WorkerKind kind)
    {
        using var parent = new StopSource();
        using var middle = StopSource.LinkedTo(parent.Token);
        var worker = TestWorkers.Make(kind, stop => stop.Wait());
        var view = worker.StopToken;

        worker.Start(middle.Token);
        parent.RequestStop();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        view.Reason.Should().BeSameAs(parent.Reason);
    }
}
