namespace StopKit.Tests.Workers;

public sealed class QueueWorkerTests
{
    private readonly List<int> _handled = [];
    private readonly Gate _isHandling = new();
    private readonly Gate _mayHandle = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Items_are_handled_one_after_the_other_in_the_order_they_came()
    {
        var (inside, overlapped) = (0, false);
        await using var worker = QueueWorker<int>.Start("one", async (item, _) =>
        {
            overlapped |= Interlocked.Increment(ref inside) > 1;
            await Task.Yield();
            _handled.Add(item);
            Interlocked.Decrement(ref inside);
        });

        for (var item = 1; item <= 100; item++)
            (await worker.PostAsync(item)).Should().BeTrue();
        worker.Complete();

        await worker.Completion;
        _handled.Should().Equal(Enumerable.Range(1, 100));
        overlapped.Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_drains_what_was_accepted_and_accepts_no_more()
    {
        await using var worker = StartHeld(capacity: 8);
        Post(worker, 1, 2, 3);

        worker.RequestStop("enough").Should().BeTrue();

        worker.TryPost(4).Should().BeFalse();
        (await worker.PostAsync(5)).Should().BeFalse();
        _mayHandle.Open();
        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Stopped && r.Reason!.Message == "enough");
        _handled.Should().Equal(1, 2, 3);
        worker.Unhandled.Should().BeEmpty();
        (await worker.PostAsync(6)).Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_from_above_drains_as_well()
    {
        using var parent = new StopSource();
        await using var worker = StartHeld(capacity: 8, parent.Token);
        Post(worker, 1, 2);

        parent.RequestStop();

        worker.TryPost(3).Should().BeFalse();
        _mayHandle.Open();
        (await worker.Completion).Reason.Should().BeSameAs(parent.Reason);
        _handled.Should().Equal(1, 2);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_handlers_token_does_not_see_the_stop_but_the_abort()
    {
        var seenAtStop = true;
        var seenAtAbort = false;
        var looked = new Gate();
        await using var worker = QueueWorker<int>.Start("one", async (_, stop) =>
        {
            _isHandling.Open();
            await _mayHandle.PassAsync();
            seenAtStop = stop.IsStopRequested;
            looked.Open();
            seenAtAbort = await stop.WaitAsync(Patience.Limit);
        });
        Post(worker, 1);

        worker.RequestStop();
        _mayHandle.Open();
        await looked.PassAsync();
        worker.RequestAbort();

        await worker.Completion;
        seenAtStop.Should().BeFalse();
        seenAtAbort.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_abort_hands_back_the_item_in_hand_and_all_that_waited_in_order()
    {
        await using var worker = QueueWorker<int>.Start("one", async (_, stop) =>
        {
            _isHandling.Open();
            await stop.WaitAsync(Patience.Limit);
            stop.ThrowIfStopRequested();
        });
        Post(worker, 1, 2, 3);

        worker.RequestAbort("too late");

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Aborted && r.Exception == null);
        worker.Unhandled.Should().Equal(1, 2, 3);
        worker.Count.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_item_that_was_handled_after_the_abort_is_not_handed_back()
    {
        await using var worker = StartHeld(capacity: 8);
        Post(worker, 1, 2, 3);

        worker.RequestAbort();
        _mayHandle.Open();

        await worker.Completion;
        _handled.Should().Equal(1);
        worker.Unhandled.Should().Equal(2, 3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_waited_behind_a_stuck_handler_is_handed_back_while_it_is_stuck()
    {
        var worker = StartHeld(capacity: 8, options: new WorkerOptions { AbortPeriod = TimeSpan.Zero });
        Post(worker, 1, 2, 3);

        worker.Stop(TimeSpan.Zero).Outcome.Should().Be(WorkerOutcome.Abandoned);

        worker.Unhandled.Should().Equal(2, 3);
        _mayHandle.Open();
        await worker.Completion;
        worker.Unhandled.Should().Equal(2, 3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_item_in_hand_comes_first_also_if_the_rest_was_handed_back_before_it()
    {
        await using var worker = QueueWorker<int>.Start("one", async (_, stop) =>
        {
            _isHandling.Open();
            await _mayHandle.PassAsync();
            stop.ThrowIfStopRequested();
        });
        Post(worker, 1, 2, 3);

        worker.RequestAbort();
        worker.Unhandled.Should().Equal(2, 3);
        _mayHandle.Open();

        await worker.Completion;
        worker.Unhandled.Should().Equal(1, 2, 3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_handler_that_throws_ends_the_worker_and_its_item_comes_back_first()
    {
        var thrown = new InvalidDataException("bad item");
        await using var worker = QueueWorker<int>.Start("one", async (item, _) =>
        {
            _isHandling.Open();
            await _mayHandle.PassAsync();
            if (item == 2)
                throw thrown;
            _handled.Add(item);
        });
        Post(worker, 1, 2, 3, 4);

        _mayHandle.Open();

        (await worker.Completion).Exception.Should().BeSameAs(thrown);
        _handled.Should().Equal(1);
        worker.Unhandled.Should().Equal(2, 3, 4);
        worker.TryPost(5).Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Complete_handles_what_was_accepted_and_completes()
    {
        await using var worker = StartHeld(capacity: 8);
        Post(worker, 1, 2);

        worker.Complete().Should().BeTrue();

        worker.Complete().Should().BeFalse();
        worker.TryPost(3).Should().BeFalse();
        (await worker.PostAsync(4)).Should().BeFalse();
        _mayHandle.Open();
        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Completed && r.Reason == null);
        _handled.Should().Equal(1, 2);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_was_posted_before_the_start_is_handled()
    {
        await using var worker = new Collector(_handled);
        Post(worker, 1, 2);
        worker.Count.Should().Be(2);

        worker.Start();
        worker.Complete();

        await worker.Completion;
        _handled.Should().Equal(1, 2);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_posted_to_a_worker_that_does_not_run_is_handed_back(bool isStarted)
    {
        var worker = new Collector(_handled);
        Post(worker, 1, 2);

        worker.RequestStop();
        if (isStarted)
            worker.Start();
        else
            worker.Dispose();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.NotRun);
        worker.Unhandled.Should().Equal(1, 2);
        _handled.Should().BeEmpty();
        worker.TryPost(3).Should().BeFalse();
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_capacity_below_one_is_refused(int capacity)
    {
        var starting = () => QueueWorker<int>.Start("one", (_, _) => Task.CompletedTask, capacity);

        starting.Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("capacity");
        await Task.CompletedTask;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_cleanup_finds_everything_that_is_unhandled()
    {
        await using var worker = new Saver();
        Post(worker, 1, 2, 3);

        worker.Start();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Faulted);
        worker.Saved.Should().Equal(1, 2, 3);
        worker.WasOpenInCleanUp.Should().BeFalse();
    }

    private QueueWorker<int> StartHeld(int capacity, StopToken stop = default, WorkerOptions? options = null) => QueueWorker<int>.Start(
        "held",
        async (item, _) =>
        {
            _isHandling.Open();
            await _mayHandle.PassAsync();
            _handled.Add(item);
        },
        capacity,
        stop,
        options);

    /// <summary>Posts items, and if the worker runs waits until it has the first in hand.</summary>
    private void Post(QueueWorker<int> worker, params int[] items)
    {
        foreach (var item in items)
            worker.TryPost(item).Should().BeTrue();
        if (worker.State == WorkerState.Running)
            _isHandling.Pass();
    }

    private sealed class Collector(List<int> handled) : QueueWorker<int>(capacity: 4)
    {
        protected override Task HandleAsync(int item, StopToken stop)
        {
            handled.Add(item);
            return Task.CompletedTask;
        }
    }

    private sealed class Saver() : QueueWorker<int>(capacity: 4)
    {
        internal IReadOnlyList<int> Saved { get; private set; } = [];

        internal bool WasOpenInCleanUp { get; private set; }

        protected override Task HandleAsync(int item, StopToken stop) => throw new InvalidOperationException("no disk");

        protected override Task CleanUpAsync(StopToken shielded)
        {
            Saved = Unhandled;
            WasOpenInCleanUp = TryPost(9);
            return Task.CompletedTask;
        }
    }
}
