using System.Collections.Concurrent;

namespace StopKit.Tests.Workers;

/// <summary>What becomes of items whose handler throws, and of those that several handlers have in hand.</summary>
public sealed class QueueWorkerFailureTests
{
    private readonly ManualClock _clock = new();
    private readonly ConcurrentQueue<int> _handled = [];
    private readonly ConcurrentQueue<(int Item, int Attempt)> _failed = [];

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_exit_code_beside_items_that_the_abort_has_cut_off_is_an_exit()
    {
        using var bothInHand = new CountdownEvent(2);
        await using var worker = Worker.ForEach<int>(
            "queue",
            async (item, stop) =>
            {
                bothInHand.Signal();
                bothInHand.Wait();
                if (item == 1)
                    throw new ExitException(7);
                await stop.WaitAsync(Timeout.InfiniteTimeSpan);
                stop.ThrowIfStopRequested();
            },
            new QueueWorkerOptions<int> { Parallelism = 2 });
        Post(worker, 1, 2);
        worker.Start();
        bothInHand.Wait();

        worker.RequestAbort();

        var result = await worker.Completion.WaitAsync(Patience.Limit);
        (result.Outcome, result.ExitCode).Should().Be((WorkerOutcome.Exited, 7));
        worker.TakeUnhandled().Should().Equal(1, 2);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_skipped_item_is_counted_and_the_next_is_handled()
    {
        await using var worker = Make(failsAt: item => item == 2, _ => ItemDecision.Skip);
        Post(worker, 1, 2, 3);

        worker.Start();
        worker.Complete();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        _handled.Should().Equal(1, 3);
        worker.SkippedCount.Should().Be(1);
        worker.TakeUnhandled().Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_retry_waits_and_keeps_the_order()
    {
        var attempts = 0;
        await using var worker = Make(failsAt: item => item == 1 && ++attempts < 3, _ => ItemDecision.Retry(TimeSpan.FromSeconds(5)));
        Post(worker, 1, 2);

        worker.Start();
        worker.Complete();
        for (var retry = 1; retry < 3; retry++)
        {
            _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(4));
            _handled.Should().BeEmpty();
            _clock.Advance(TimeSpan.FromSeconds(1));
            var count = retry + 1;
            Patience.Until(() => Volatile.Read(ref attempts) == count);
        }

        await worker.Completion;
        _handled.Should().Equal(1, 2);
        _failed.Should().Equal((1, 1), (1, 2));
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_clock_that_makes_no_timer_loses_no_item_that_waits_for_its_retry(int parallelism)
    {
        await using var worker = Worker.ForEach<int>(
            "mail",
            (_, _) => throw new InvalidDataException(),
            new QueueWorkerOptions<int>
            {
                Parallelism = parallelism,
                ItemFailed = (_, _, _) => ItemDecision.Retry(TimeSpan.FromSeconds(5)),
                Worker = new WorkerOptions { TimeProvider = new BrokenClock { MakesNoTimer = true } },
            });
        worker.TryPost(1);

        worker.Start();

        var result = await worker.Completion.WaitAsync(Patience.Limit);
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        worker.TakeUnhandled().Should().Equal(1);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_decision_to_stop_ends_the_worker_as_without_a_callback(bool hasCallback)
    {
        var worker = hasCallback
            ? Make(failsAt: item => item == 2, _ => ItemDecision.Stop)
            : Worker.ForEach<int>("one", (item, _) => item == 2 ? throw new InvalidDataException() : Handle(item));
        Post(worker, 1, 2, 3);

        worker.Start();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<InvalidDataException>();
        worker.Unhandled.Should().Equal(2, 3);
        worker.TakeUnhandled().Should().Equal(2, 3);
        worker.TakeUnhandled().Should().BeEmpty("they were taken");
        worker.Unhandled.Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_callback_that_throws_ends_the_worker_with_both_exceptions()
    {
        var worker = Make(failsAt: item => item == 1, _ => throw new NotSupportedException());
        Post(worker, 1, 2);

        worker.Start();

        (await worker.Completion).Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Select(e => e.GetType())
            .Should().Equal(typeof(InvalidDataException), typeof(NotSupportedException));
        worker.TakeUnhandled().Should().Equal(1, 2);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task A_stop_ends_the_pause_of_a_retry_and_tries_once_more_or_hands_back(bool retriesAtStop, bool succeeds)
    {
        var attempts = 0;
        await using var worker = Make(
            failsAt: item => item == 1 && (++attempts == 1 || !succeeds),
            _ => ItemDecision.Retry(TimeSpan.FromHours(1)),
            new() { RetriesAtStop = retriesAtStop });
        Post(worker, 1, 2);
        worker.Start();
        Patience.Until(() => !_failed.IsEmpty && _clock.ActiveTimers > 0);

        worker.RequestStop();

        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Stopped);
        attempts.Should().Be(retriesAtStop ? 2 : 1);
        _handled.Should().Equal(succeeds ? [1, 2] : [2]);
        worker.TakeUnhandled().Should().Equal(succeeds ? [] : [1]);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_abort_ends_the_pause_of_a_retry_and_hands_back_everything_in_order()
    {
        var worker = Make(failsAt: _ => true, _ => ItemDecision.Retry(TimeSpan.FromHours(1)));
        Post(worker, 1, 2);
        worker.Start();
        Patience.Until(() => !_failed.IsEmpty && _clock.ActiveTimers > 0);

        worker.RequestAbort();

        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Aborted);
        worker.TakeUnhandled().Should().Equal(1, 2);
        _failed.Should().ContainSingle("nothing is tried again after an abort");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task As_many_items_as_the_parallelism_are_handled_side_by_side_and_no_more()
    {
        var (inside, most) = (0, 0);
        var allInside = new Gate();
        var mayEnd = new Gate();
        await using var worker = Worker.ForEach<int>(
            "four",
            async (item, _) =>
            {
                var now = Interlocked.Increment(ref inside);
                most = Math.Max(most, now);
                if (now == 4)
                    allInside.Open();
                await mayEnd.PassAsync();
                Interlocked.Decrement(ref inside);
                await Handle(item);
            },
            new() { Parallelism = 4 });
        worker.Start();
        Post(worker, [.. Enumerable.Range(1, 20)]);

        await allInside.PassAsync();
        worker.Count.Should().Be(16);
        mayEnd.Open();
        worker.Complete();

        await worker.Completion;
        most.Should().Be(4);
        _handled.Should().BeEquivalentTo(Enumerable.Range(1, 20));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_fault_ends_the_pauses_of_other_handlers_and_what_they_had_comes_back_in_order()
    {
        var worker = Make(
            failsAt: _ => true,
            item => item == 3 ? ItemDecision.Stop : ItemDecision.Retry(TimeSpan.FromHours(1)),
            new() { Parallelism = 4 });
        worker.Start();
        Post(worker, 1, 2);
        Patience.Until(() => _clock.ActiveTimers == 2);

        Post(worker, 3);

        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Faulted);
        worker.TakeUnhandled().Should().Equal(1, 2, 3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Faults_of_several_handlers_are_all_kept()
    {
        var both = new CountdownEvent(2);
        var worker = Worker.ForEach<int>(
            "two",
            (item, _) =>
            {
                both.Signal();
                both.Wait(Patience.Limit);
                throw new InvalidDataException($"item {item}");
            },
            new() { Parallelism = 2 });
        Post(worker, 1, 2, 3);

        worker.Start();

        (await worker.Completion).Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Select(e => e.Message)
            .Should().BeEquivalentTo("item 1", "item 2");
        worker.TakeUnhandled().Should().Equal(1, 2, 3);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_exit_is_not_an_item_to_decide_about()
    {
        var worker = Worker.ForEach<int>(
            "exits", (_, _) => throw new ExitException(3), new() { ItemFailed = (_, _, _) => ItemDecision.Skip });
        Post(worker, 1);

        worker.Start();

        (await worker.Completion).Should().Match<WorkerResult>(r => r.Outcome == WorkerOutcome.Exited && r.ExitCode == 3);
        worker.TakeUnhandled().Should().Equal(1);
    }

    [Fact]
    public void Options_have_the_documented_defaults_and_ranges()
    {
        var options = new QueueWorkerOptions<int>();

        options.Should().Match<QueueWorkerOptions<int>>(o => o.Capacity == 1024 && o.Parallelism == 1 && o.ItemFailed == null && o.RetriesAtStop);
        (options with { Parallelism = 4 }).Capacity.Should().Be(1024);
        FluentActions.Invoking(() => options with { Capacity = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Capacity");
        FluentActions.Invoking(() => options with { Parallelism = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Parallelism");
        (options with { Parallelism = 10_000 }).Parallelism.Should().Be(10_000);
        FluentActions.Invoking(() => options with { Parallelism = 10_001 }).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("Parallelism").WithMessage("The parallelism must be 1 to 10,000.*");
        FluentActions.Invoking(() => options with { Worker = null! }).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ItemDecision.Retry(Timeout.InfiniteTimeSpan)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => ItemDecision.Retry(TimeSpan.FromSeconds(-2))).Should().Throw<ArgumentOutOfRangeException>();
        new[] { ItemDecision.Stop, default, ItemDecision.Skip, ItemDecision.Retry(TimeSpan.FromSeconds(5)) }.Select(decision => decision.ToString())
            .Should().Equal("Stop", "Stop", "Skip", "Retry after 5 s");
    }

    private QueueWorker<int> Make(Predicate<int> failsAt, Func<int, ItemDecision> decide, QueueWorkerOptions<int>? options = null) => Worker.ForEach<int>(
        "one",
        (item, _) => failsAt(item) ? throw new InvalidDataException() : Handle(item),
        (options ?? new()) with
        {
            Worker = new WorkerOptions { TimeProvider = _clock },
            ItemFailed = (item, _, attempt) =>
            {
                _failed.Enqueue((item, attempt));
                return decide(item);
            },
        });

    private Task Handle(int item)
    {
        _handled.Enqueue(item);
        return Task.CompletedTask;
    }

    private static void Post(QueueWorker<int> worker, params int[] items)
    {
        foreach (var item in items)
            worker.TryPost(item).Should().BeTrue();
    }
}
