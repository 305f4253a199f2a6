using System.Collections.Concurrent;

namespace StopKit.Tests.Primitives;

public sealed class BackgroundWriterTests
{
    private readonly BackgroundWriter _writer = new(idleLimit: TimeSpan.FromMilliseconds(20));
    private readonly ConcurrentQueue<string> _written = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Entries_are_written_in_their_order_on_a_background_thread_that_is_not_the_pools()
    {
        var thread = new TaskCompletionSource<(bool IsBackground, bool IsThreadPoolThread)>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        Lane one = new(), other = new();
        Enqueue(one, () => thread.SetResult((Thread.CurrentThread.IsBackground, Thread.CurrentThread.IsThreadPoolThread)));
        for (var number = 0; number < 1000; number++)
            Enqueue(number % 2 == 0 ? one : other, $"{number}");

        _writer.FlushFor(Patience.Limit).Should().BeTrue();

        _written.Should().Equal(Enumerable.Range(0, 1000).Select(number => $"{number}"));
        (await thread.Task).Should().Be((true, false));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_lane_that_blocks_holds_back_only_its_own_entries_and_keeps_their_order()
    {
        var mayWrite = new Gate();
        Lane blocked = new(), other = new();
        Enqueue(blocked, mayWrite.Pass);
        Enqueue(blocked, "held 1");
        Enqueue(other, "other");
        Enqueue(blocked, "held 2");

        await FlushUntilStuckAsync(blocked);
        Patience.Until(() => _written.Count == 1);
        mayWrite.Open();
        Patience.Until(() => _written.Count == 3);
        Enqueue(blocked, "held 3");
        _writer.FlushFor(Patience.Limit).Should().BeTrue();

        _written.Should().Equal("other", "held 1", "held 2", "held 3");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Entries_that_come_later_find_a_thread_although_one_is_blocked_and_nothing_flushes()
    {
        var mayWrite = new Gate();
        Lane blocked = new(), other = new();
        Enqueue(blocked, mayWrite.Pass);

        await Task.Run(() => Patience.Until(() =>
        {
            Enqueue(other, "other");
            return !_written.IsEmpty;
        }));

        mayWrite.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_flush_waits_once_for_a_lane_that_is_stuck_and_again_when_it_has_moved()
    {
        var (first, second) = (new Gate(), new Gate());
        Lane blocked = new(), other = new();
        Enqueue(blocked, first.Pass);
        Enqueue(blocked, second.Pass);
        await FlushUntilStuckAsync(blocked);

        // Not a wait of ten minutes: the test would time out.
        (await Task.Run(() => _writer.FlushFor(TimeSpan.FromMinutes(10)))).Should().BeFalse();
        Enqueue(other, "other");
        (await Task.Run(() => _writer.FlushFor(TimeSpan.FromMinutes(10)))).Should().BeFalse();
        _written.Should().Equal("other");

        first.Open();
        Patience.Until(() => !blocked.IsStuck);
        var flush = Task.Run(() => _writer.FlushFor(Patience.Limit));
        second.Open();
        (await flush).Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_flush_waits_for_a_lane_that_moves_also_when_no_thread_is_left_for_the_others()
    {
        var (first, second) = (new Gate(), new Gate());
        Lane slow = new(), other = new();
        var others = new TaskCompletionSource<Thread>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(slow, first.Pass);
        Enqueue(slow, second.Pass);
        await FlushUntilStuckAsync(slow);
        Enqueue(other, () => others.SetResult(Thread.CurrentThread));
        (await others.Task).Join(Patience.Limit).Should().BeTrue("it has nothing to write");
        first.Open();
        Patience.Until(() => !slow.IsStuck);

        var flush = BlockedThread<bool>.Start(() => _writer.FlushFor(Patience.Limit));
        second.Open();

        flush.Result.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Entries_beyond_the_limit_are_dropped_and_counted_and_those_of_other_lanes_are_not()
    {
        var mayWrite = new Gate();
        Lane blocked = new(), other = new();
        Enqueue(blocked, mayWrite.Pass);
        for (var number = 1; number < WriterLane.MostPending + 7; number++)
            Enqueue(blocked, "held");
        Enqueue(other, "other");

        mayWrite.Open();
        (await Task.Run(() => _writer.FlushFor(Patience.Limit))).Should().BeTrue();

        _written.Count(text => text == "held").Should().Be(WriterLane.MostPending - 1);
        _written.Should().Contain("other");
        blocked.Dropped.Should().Be(7);
        other.Dropped.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_thread_ends_when_there_is_nothing_to_write_and_starts_again()
    {
        var lane = new Lane();
        for (var round = 0; round < 3; round++)
        {
            var thread = new TaskCompletionSource<Thread>(TaskCreationOptions.RunContinuationsAsynchronously);
            Enqueue(lane, () => thread.SetResult(Thread.CurrentThread));
            (await thread.Task).Join(Patience.Limit).Should().BeTrue();
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Entries_are_not_lost_between_the_end_of_one_thread_and_the_start_of_the_next()
    {
        var writer = new BackgroundWriter(idleLimit: TimeSpan.Zero);
        var lane = new Lane();
        var count = 0;
        await Task.Run(() =>
        {
            for (var number = 0; number < 300; number++)
            {
                writer.Enqueue(new Entry(lane, () => Interlocked.Increment(ref count)));
                if (number % 10 == 0)
                    writer.FlushFor(Patience.Limit).Should().BeTrue();
            }
        });

        (await Task.Run(() => writer.FlushFor(Patience.Limit))).Should().BeTrue();
        count.Should().Be(300);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_entry_runs_in_the_flow_of_the_code_that_made_it()
    {
        var flow = new AsyncLocal<string> { Value = "of the test" };
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);

        Enqueue(new Lane(), () => seen.SetResult(flow.Value));

        (await seen.Task).Should().Be("of the test");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_flush_by_code_that_is_being_written_to_returns_at_once()
    {
        var result = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

        Enqueue(new Lane(), () => result.SetResult(_writer.FlushFor(TimeSpan.FromMinutes(10))));

        (await result.Task).Should().BeFalse();
    }

    [Fact]
    public void An_entry_that_throws_ends_nothing()
    {
        var lane = new Lane();
        Enqueue(lane, () => throw new InvalidOperationException());
        Enqueue(lane, "next");

        _writer.FlushFor(Patience.Limit).Should().BeTrue();

        _written.Should().Equal("next");
    }

    [Fact]
    public void Nothing_queued_is_nothing_to_wait_for() => _writer.FlushFor(TimeSpan.FromMinutes(10)).Should().BeTrue();

    // Not one flush of a second: on a busy machine the thread may start later than that.
    private Task FlushUntilStuckAsync(Lane lane) => Task.Run(() => Patience.Until(() =>
    {
        _writer.FlushFor(TimeSpan.FromMilliseconds(100)).Should().BeFalse();
        return lane.IsStuck;
    }));

    private void Enqueue(Lane lane, string text) => Enqueue(lane, () => _written.Enqueue(text));

    private void Enqueue(Lane lane, Action write) => _writer.Enqueue(new Entry(lane, write));

    private sealed class Lane : WriterLane
    {
        internal int Dropped { get; private set; }

        protected override void ReportDropped(int count) => Dropped += count;
    }

    private sealed class Entry(WriterLane lane, Action write) : WriterEntry(lane)
    {
        protected override void WriteInFlow() => write();
    }
}
