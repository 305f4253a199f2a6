using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace StopKit.Testing.Tests;

/// <summary>One worker on a clock that the test moves.</summary>
public sealed class WorkerTestTests
{
    private static readonly WorkerTestOptions Impatient = new() { Watchdog = TimeSpan.FromSeconds(1) };
    private int _rounds;
    private volatile bool _hasPassed;

    private int Rounds => Volatile.Read(ref _rounds);

    [Fact]
    public async Task A_thread_goes_on_when_the_clock_has_been_moved_and_not_before()
    {
        var worker = Worker.OnThread("poller", stop => Poll(stop, TimeSpan.FromSeconds(30)));
        await using var test = new WorkerTest(worker);

        await test.UntilWaiting();
        test.Advance(TimeSpan.FromSeconds(29));
        await test.UntilWaiting();
        Rounds.Should().Be(0);

        test.Advance(TimeSpan.FromSeconds(1));
        await test.UntilWaiting();
        Rounds.Should().Be(1);

        var result = await test.StopAsync();
        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.Duration.Should().Be(TimeSpan.FromSeconds(30), "a stop takes no time of that clock");
    }

    [Fact]
    public async Task A_task_goes_on_when_the_clock_has_been_moved()
    {
        await using var test = new WorkerTest(Worker.OnTasks("poller", async stop =>
        {
            while (!await stop.WaitAsync(TimeSpan.FromHours(1)))
                Interlocked.Increment(ref _rounds);
        }));

        for (var hour = 0; hour < 100; hour++)
        {
            await test.UntilWaiting();
            Rounds.Should().Be(hour);
            test.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task A_periodic_worker_ticks_at_each_time_that_an_advance_passes()
    {
        var times = new List<TimeSpan>();
        WorkerTest? self = null;
        var worker = Worker.Every("clock", TimeSpan.FromSeconds(10), _ =>
        {
            times.Add(self!.Clock.GetUtcNow() - self.Clock.Start);
            return Task.CompletedTask;
        });
        await using var test = self = new WorkerTest(worker);
        await test.UntilWaiting();

        test.Advance(TimeSpan.FromSeconds(35));
        await test.UntilWaiting();

        times.Should().Equal(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_queue_waits_again_only_when_it_has_handled_what_was_posted()
    {
        var handled = new List<int>();
        var queue = Worker.ForEach<int>("queue", async (item, stop) =>
        {
            await Task.Yield();
            handled.Add(item);
        });
        await using var test = new WorkerTest(queue);

        for (var item = 1; item <= 100; item++)
        {
            await test.UntilWaiting();
            handled.Should().HaveCount(item - 1);
            queue.TryPost(item).Should().BeTrue();
        }

        (await test.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
        handled.Should().HaveCount(100, "a stop drains the queue");
    }

    [Fact]
    public async Task A_group_waits_when_each_of_its_members_does()
    {
        var group = new WorkerGroup("app");
        group.Add("slow", stop => Poll(stop, TimeSpan.FromSeconds(20)), order: 0);
        group.Add("quick", stop => Poll(stop, TimeSpan.FromSeconds(10)), order: 1);
        await using var test = new WorkerTest(group);
        await test.UntilWaiting();

        test.Advance(TimeSpan.FromSeconds(40));
        await test.UntilWaiting();

        Rounds.Should().Be(2 + 4);
    }

    [Fact]
    public async Task A_member_is_started_anew_after_its_pause_on_the_clock()
    {
        var started = 0;
        var group = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromSeconds(5), limit: 3));
        group.Add("still", static stop => stop.Wait());
        group.Add(() => Worker.OnThread("failing", stop =>
        {
            Interlocked.Increment(ref started);
            stop.Wait(TimeSpan.FromSeconds(1));
            Interlocked.Increment(ref _rounds);
            throw new InvalidOperationException("broken");
        }));
        await using var test = new WorkerTest(group);

        await test.UntilWaiting();
        test.Advance(TimeSpan.FromSeconds(1));
        await test.UntilWaiting();
        Rounds.Should().Be(1, "it has failed, and the group waits for its pause");

        test.Advance(TimeSpan.FromSeconds(0.1));
        await test.UntilWaiting();
        Volatile.Read(ref started).Should().Be(1);

        test.Advance(TimeSpan.FromSeconds(5));
        await test.UntilWaiting();
        Volatile.Read(ref started).Should().Be(2);

        test.Advance(TimeSpan.FromSeconds(1));
        await test.UntilWaiting();
        Rounds.Should().Be(2);
    }

    [Fact]
    public async Task An_item_that_a_worker_waits_for_with_an_event_wakes_it()
    {
        var ready = new StopEvent();
        await using var test = new WorkerTest(Worker.OnThread("reader", stop =>
        {
            while (ready.Wait(Timeout.InfiniteTimeSpan, stop))
            {
                Interlocked.Increment(ref _rounds);
                ready.Reset();
            }
        }));

        for (var round = 0; round < 50; round++)
        {
            await test.UntilWaiting();
            Rounds.Should().Be(round);
            ready.Set();
        }
    }

    [Fact]
    public async Task A_delay_by_the_clock_counts_as_a_wait_when_nothing_happens()
    {
        await using var test = WorkerTest.Create(clock => Worker.OnTasks("sleeper", async stop =>
        {
            await Task.Delay(TimeSpan.FromDays(1), clock, stop);
            Interlocked.Increment(ref _rounds);
        }));
        await test.UntilWaiting();

        test.Advance(TimeSpan.FromDays(1));

        (await test.UntilEnded()).Outcome.Should().Be(WorkerOutcome.Completed);
        Rounds.Should().Be(1);
    }

    [Fact]
    public async Task A_worker_that_computes_for_a_while_does_not_count_as_one_that_waits()
    {
        var begun = Stopwatch.GetTimestamp();
        await using var test = new WorkerTest(Worker.OnThread("busy", stop =>
        {
            _ = stop.IsStopRequested;
            while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(1))
            {
                // Long without a look, as a method that is compiled while the machine is busy.
            }

            Interlocked.Increment(ref _rounds);
            stop.Wait();
        }));

        await test.UntilWaiting();

        Rounds.Should().Be(1);
    }

    [Fact]
    public async Task A_wait_for_a_handle_counts_as_one()
    {
        using var handle = new AutoResetEvent(initialState: false);
        await using var test = new WorkerTest(Worker.OnThread("waiter", stop =>
        {
            while (stop.Wait(handle) == StopWaitResult.Signaled)
                Interlocked.Increment(ref _rounds);
        }));

        await test.UntilWaiting();

        (await test.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact]
    public async Task A_clock_that_advances_by_itself_makes_a_day_take_no_time()
    {
        var options = new WorkerTestOptions { AutoAdvance = true };
        await using var test = new WorkerTest(
            Worker.OnThread("retry", stop =>
            {
                for (var hour = 0; hour < 24; hour++)
                    stop.Wait(TimeSpan.FromHours(1));
            }),
            options);

        var result = await test.UntilEnded();

        result.Outcome.Should().Be(WorkerOutcome.Completed);
        result.Duration.Should().Be(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task On_a_clock_that_advances_by_itself_a_worker_is_seen_to_wait_again_and_again()
    {
        var worker = Worker.Every("clock", TimeSpan.FromHours(1), _ =>
        {
            Interlocked.Increment(ref _rounds);
            return Task.CompletedTask;
        });
        await using var test = new WorkerTest(worker, new WorkerTestOptions { AutoAdvance = true });

        for (var seen = 0; seen < 100; seen++)
            await test.UntilWaiting();

        (await test.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact]
    public async Task A_group_that_waits_until_a_member_is_ready_waits()
    {
        var group = new WorkerGroup("app");
        group.Add(
            "slow",
            static stop =>
            {
                stop.Wait(TimeSpan.FromSeconds(5));
                stop.ReportReady();
                stop.Wait();
            },
            new MemberOptions { Order = 0, Worker = new WorkerOptions { ReportsReady = true } });
        group.Add("next", stop => Interlocked.Increment(ref _rounds), order: 1);
        await using var test = new WorkerTest(group);

        await test.UntilWaiting();
        Rounds.Should().Be(0);
        test.Advance(TimeSpan.FromSeconds(5));
        await test.UntilWaiting();

        Rounds.Should().Be(1);
    }

    [Fact]
    public async Task A_cleanup_may_wait_for_the_clock_while_the_test_stops_the_worker()
    {
        var worker = Worker.OnThread("careful", static stop =>
        {
            stop.Wait();
            using var cleanUp = stop.Shield(TimeSpan.FromSeconds(10));
            cleanUp.Token.Wait(TimeSpan.FromSeconds(3));
        });
        await using var test = new WorkerTest(worker);
        await test.UntilWaiting();

        var result = await test.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.StopDuration.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_worker_that_ends_only_after_the_abort_is_aborted_when_the_grace_has_passed()
    {
        var worker = Worker.OnThread("stubborn", static stop =>
        {
            stop.Wait();
            using var shield = stop.Shield(Timeout.InfiniteTimeSpan);
            shield.Token.Wait();
        });
        await using var test = new WorkerTest(worker);
        await test.UntilWaiting();

        var result = await test.StopAsync(grace: TimeSpan.FromSeconds(7));

        result.Outcome.Should().Be(WorkerOutcome.Aborted);
        result.StopDuration.Should().Be(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_join_of_a_worker_that_waits_takes_its_time_from_the_clock()
    {
        await using var test = new WorkerTest(Worker.OnThread("poller", stop => Poll(stop, TimeSpan.FromSeconds(1))));
        await test.UntilWaiting();

        test.Worker.TryJoin(TimeSpan.FromSeconds(5.5), out _).Should().BeFalse();

        Rounds.Should().Be(5);
        (test.Clock.GetUtcNow() - test.Clock.Start).Should().Be(TimeSpan.FromSeconds(5.5));
    }

    [Fact]
    public async Task The_clock_stands_again_after_a_join()
    {
        await using var test = new WorkerTest(Worker.OnThread("poller", stop => Poll(stop, TimeSpan.FromSeconds(1))));
        test.Worker.TryJoin(TimeSpan.FromSeconds(0.5), out _).Should().BeFalse();

        await test.UntilWaiting();
        (test.Clock.GetUtcNow() - test.Clock.Start).Should().Be(TimeSpan.FromSeconds(0.5));
        test.Advance(TimeSpan.FromSeconds(0.5));
        await test.UntilWaiting();

        Rounds.Should().Be(1);
    }

    [Fact]
    public async Task A_join_of_a_deaf_worker_does_not_hang_and_the_test_names_it()
    {
        using var never = new ManualResetEventSlim();
        var test = new WorkerTest(DeafAfterCheckpoint(never), Impatient);
        try
        {
            test.Worker.RequestStop();

            test.Worker.TryJoin(TimeSpan.FromMinutes(5), out _).Should().BeFalse();
            test.Worker.Stop(grace: TimeSpan.FromMinutes(1)).Outcome.Should().Be(WorkerOutcome.Abandoned);

            var end = async () => await test.DisposeAsync();
            (await end.Should().ThrowAsync<StopTestException>())
                .Which.Message.Should().Match("deaf (last checkpoint: Drain, Mailer.cs:42*) has not ended within 1 s: *");
        }
        finally
        {
            never.Set();
        }
    }

    [Fact]
    public async Task A_deaf_worker_fails_the_stop_with_its_last_checkpoint()
    {
        using var never = new ManualResetEventSlim();
        await using var test = new WorkerTest(DeafAfterCheckpoint(never), Impatient);
        var stop = () => test.StopAsync();
        await Eventually.BecomesTrueAsync(() => _hasPassed);

        (await stop.Should().ThrowAsync<StopTestException>()).Which.Message.Should().Match(
            "deaf (last checkpoint: Drain, Mailer.cs:42*) has not ended within 1 s: 1 look, the last by Checkpoint. It is left behind*");
        never.Set();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-1)]
    public async Task A_worker_that_looks_again_and_again_but_never_ends_fails_the_stop(int? grace)
    {
        await using var test = new WorkerTest(
            Worker.OnThread("swallower", static stop =>
            {
                while (true)
                    _ = stop.IsStopRequested;
            }),
            Impatient);
        var stop = () => test.StopAsync(grace is null ? null : Timeout.InfiniteTimeSpan);

        (await stop.Should().ThrowAsync<StopTestException>()).Which.Message
            .Should().Match("swallower (no checkpoint) has not ended within 1 s: * looks since the stop, the last by IsStopRequested. *");
    }

    [Fact]
    public async Task A_worker_that_never_waits_fails_the_test_with_its_last_checkpoint()
    {
        await using var test = new WorkerTest(
            Worker.OnThread("busy", static stop =>
            {
                while (!stop.IsStopRequested)
                    stop.Checkpoint("Spin", "Busy.cs", 7);
            }),
            Impatient);
        var wait = () => test.UntilWaiting();

        (await wait.Should().ThrowAsync<StopTestException>()).Which.Message
            .Should().Match("busy (last checkpoint: Spin, Busy.cs:7*) neither waits nor ends within 1 s: * looks, the last by *");
    }

    [Fact]
    public async Task A_worker_that_ends_instead_of_waiting_fails_the_test_with_its_fault()
    {
        await using var test = new WorkerTest(Worker.OnTasks("failing", static _ => throw new InvalidOperationException("broken")));
        var wait = () => test.UntilWaiting();

        var failure = (await wait.Should().ThrowAsync<StopTestException>()).Which;

        failure.Message.Should().Be("failing: Faulted: InvalidOperationException: broken. It has ended, and so waits for nothing");
        failure.InnerException.Should().BeOfType<InvalidOperationException>();
    }

    [Fact]
    public void A_worker_with_another_clock_is_refused_and_never_runs()
    {
        var options = new WorkerOptions { TimeProvider = new FakeTimeProvider() };
        var worker = Worker.OnThread("other", _ => Interlocked.Increment(ref _rounds), options);
        var make = () => new WorkerTest(worker);

        make.Should().Throw<ArgumentException>().WithMessage("Worker 'other' has a clock of its own*WorkerTest.Create*");
        worker.Join().Outcome.Should().Be(WorkerOutcome.NotRun);
        Rounds.Should().Be(0);
    }

    [Fact]
    public async Task A_worker_may_be_made_with_the_clock()
    {
        await using var test = WorkerTest.Create(clock => Worker.OnThread(
            "own", stop => Poll(stop, TimeSpan.FromSeconds(1)), new WorkerOptions { TimeProvider = clock }));
        await test.UntilWaiting();

        test.Advance(TimeSpan.FromSeconds(3));
        await test.UntilWaiting();

        Rounds.Should().Be(3);
    }

    [Fact]
    public async Task A_worker_that_runs_is_refused()
    {
        using var worker = ThreadWorker.Start("running", static stop => stop.Wait());
        var make = () => new WorkerTest(worker);

        make.Should().Throw<InvalidOperationException>();

        (await worker.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact]
    public async Task Disposing_the_test_stops_the_worker()
    {
        var worker = Worker.OnThread("left", static stop => stop.Wait());
        await using (new WorkerTest(worker))
        {
            // Nothing is asked of it.
        }

        worker.Join().Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact]
    public void Options_refuse_what_makes_no_sense()
    {
        var negative = () => new WorkerTestOptions { Watchdog = TimeSpan.Zero };
        negative.Should().Throw<ArgumentOutOfRangeException>();
    }

    private void Poll(StopToken stop, TimeSpan pause)
    {
        while (!stop.Wait(pause))
            Interlocked.Increment(ref _rounds);
    }

    private ThreadWorker DeafAfterCheckpoint(ManualResetEventSlim never) => Worker.OnThread("deaf", stop =>
    {
        stop.Checkpoint("Drain", "Mailer.cs", 42);
        _hasPassed = true;
        never.Wait();
    });
}
