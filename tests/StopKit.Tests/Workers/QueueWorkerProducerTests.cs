namespace StopKit.Tests.Workers;

/// <summary>What becomes of producers that wait for room in the queue.</summary>
public sealed class QueueWorkerProducerTests
{
    private readonly Gate _isHandling = new();
    private readonly Gate _mayHandle = new();
    private readonly List<int> _handled = [];

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_producer_waits_while_the_queue_is_full_and_is_then_accepted()
    {
        await using var worker = await StartFullAsync();

        worker.TryPost(3).Should().BeFalse();
        var posting = worker.PostAsync(3).AsTask();
        posting.IsCompleted.Should().BeFalse();
        _mayHandle.Open();

        (await posting).Should().BeTrue();
        worker.Complete();
        await worker.Completion;
        _handled.Should().Equal(1, 2, 3);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("stop")]
    [InlineData("abort")]
    [InlineData("complete")]
    [InlineData("fault")]
    public async Task A_full_queue_releases_its_blocked_producers_with_false(string how)
    {
        var worker = await StartFullAsync(fails: how == "fault");
        var posting = Enumerable.Range(3, 8).Select(item => worker.PostAsync(item).AsTask()).ToList();
        posting.Should().OnlyContain(post => !post.IsCompleted);

        if (how == "stop")
            worker.RequestStop();
        else if (how == "abort")
            worker.RequestAbort();
        else if (how == "complete")
            worker.Complete();
        else
            _mayHandle.Open();

        // While the handler still holds its item, unless it is the handler that fails.
        (await Task.WhenAll(posting).WaitAsync(Patience.Limit)).Should().OnlyContain(accepted => !accepted);
        _mayHandle.Open();
        await worker.Completion;
        _handled.Concat(worker.Unhandled).Should().Equal(1, 2);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_before_the_start_releases_a_blocked_producer()
    {
        await using var worker = new Held(this);
        worker.TryPost(1).Should().BeTrue();
        var posting = worker.PostAsync(2).AsTask();

        worker.RequestStop();

        (await posting.WaitAsync(Patience.Limit)).Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_callback_that_blocks_holds_up_neither_the_drain_nor_a_producer()
    {
        var mayReturn = new Gate();
        await using var worker = await StartFullAsync();
        var posting = worker.PostAsync(3).AsTask();
        // A child's callbacks run before its parent's, so this one runs before any that the worker could have registered.
        using var registration = worker.StopToken.OnStop(_ => mayReturn.Pass());

        var stopping = Task.Run(() => worker.RequestStop());

        (await posting.WaitAsync(Patience.Limit)).Should().BeFalse();
        _mayHandle.Open();
        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Stopped);
        _handled.Should().Equal(1, 2);
        mayReturn.Open();
        await stopping;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_callback_that_blocks_does_not_hide_what_an_abort_has_cut_off()
    {
        var mayReturn = new Gate();
        await using var worker = await StartFullAsync();
        using var registration = worker.StopToken.OnStop(_ => mayReturn.Pass());

        var aborting = Task.Run(() => worker.RequestAbort());
        await Task.Run(() => Patience.Until(() => worker.StopToken.IsAbortRequested));

        worker.Unhandled.Should().Equal(2);
        mayReturn.Open();
        _mayHandle.Open();
        await aborting;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_producer_that_gives_up_gets_false_and_no_exception()
    {
        using var giveUp = new StopSource();
        await using var worker = await StartFullAsync();
        var posting = worker.PostAsync(3, giveUp.Token).AsTask();
        posting.IsCompleted.Should().BeFalse();

        giveUp.RequestStop();

        (await posting.WaitAsync(Patience.Limit)).Should().BeFalse();
        (await worker.PostAsync(4, giveUp.Token)).Should().BeFalse("it was given up before and the queue is full");
        _mayHandle.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task There_is_room_also_for_a_producer_that_gave_up_before()
    {
        using var giveUp = new StopSource();
        giveUp.RequestStop();
        await using var worker = new Held(this);

        (await worker.PostAsync(1, giveUp.Token)).Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_handler_that_posts_to_its_own_full_queue_is_released_by_the_stop()
    {
        var accepted = true;
        QueueWorker<int>? worker = null;
        worker = QueueWorker<int>.Start(
            "self",
            async (item, _) =>
            {
                worker!.TryPost(item + 1);
                _isHandling.Open();
                if (item == 1)
                    accepted = await worker.PostAsync(item + 2);
            },
            capacity: 1);
        worker.TryPost(1);
        await _isHandling.PassAsync();

        worker.RequestStop();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        accepted.Should().BeFalse();
        worker.Unhandled.Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_producing_worker_that_had_to_wait_for_room_has_not_thereby_seen_a_stop()
    {
        await using var worker = await StartFullAsync();
        var (isPosting, hasPosted, mayEnd) = (new Gate(), new Gate(), new Gate());
        var producer = AsyncWorker.Start("producer", async stop =>
        {
            var posting = worker.PostAsync(3, stop);
            isPosting.Open();
            await posting;
            hasPosted.Open();
            await mayEnd.PassAsync();
        });
        await isPosting.PassAsync();

        _mayHandle.Open();
        await hasPosted.PassAsync();
        producer.RequestStop();
        mayEnd.Open();

        (await producer.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    /// <summary>Starts a worker with room for one item, which holds one in hand and one in the queue.</summary>
    private async Task<QueueWorker<int>> StartFullAsync(bool fails = false)
    {
        var worker = new Held(this) { Fails = fails };
        worker.Start();
        (await worker.PostAsync(1)).Should().BeTrue();
        await _isHandling.PassAsync();
        worker.TryPost(2).Should().BeTrue();
        return worker;
    }

    private sealed class Held(QueueWorkerProducerTests test) : QueueWorker<int>(capacity: 1, "held")
    {
        internal bool Fails { get; init; }

        protected override async Task HandleAsync(int item, StopToken stop)
        {
            test._isHandling.Open();
            await test._mayHandle.PassAsync();
            if (Fails)
                throw new InvalidOperationException("broken");
            test._handled.Add(item);
        }
    }
}
