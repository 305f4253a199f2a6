
namespace StopKit.Tests.Joins;

/// <summary>A join that ends early, because its caller is to stop.</summary>
public sealed class JoinGiveUpTests : IDisposable
{
    private readonly Gate _release = new();
    private readonly TaskCompletionSource _task = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _release.Open();

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("task", false, false)]
    [InlineData("task", true, false)]
    [InlineData("thread", false, false)]
    [InlineData("process", false, false)]
    [InlineData("worker", true, false)]
    [InlineData("task", true, true)]
    [InlineData("thread", true, true)]
    [InlineData("process", false, true)]
    [InlineData("worker", false, true)]
    public async Task A_stop_ends_the_wait_and_the_report_names_what_has_not_ended(string what, bool byCancellationToken, bool blocks)
    {
        using var process = Shell.Start("sleep 600");
        using var worker = AsyncWorker.Start("worker", _ => _release.PassAsync());
        using var stop = new StopSource();
        using var canceled = new CancellationTokenSource();
        Joinable item = what switch
        {
            "task" => Joinable.From(_task.Task, "item"),
            "thread" => Joinable.From(StartThread(), "item"),
            "process" => Joinable.From(process, "item"),
            _ => Joinable.From(worker, "item"),
        };
        var join = (byCancellationToken, blocks) switch
        {
            (true, false) => Join.AllAsync(Timeout.InfiniteTimeSpan, canceled.Token, item),
            (false, false) => Join.AllAsync(Timeout.InfiniteTimeSpan, stop.Token, item),
            (true, true) => BlockedThread<StopReport>.Start(() => Join.All(Timeout.InfiniteTimeSpan, canceled.Token, item)).WhenEnded(),
            (false, true) => BlockedThread<StopReport>.Start(() => Join.All(Timeout.InfiniteTimeSpan, stop.Token, item)).WhenEnded(),
        };
        join.IsCompleted.Should().BeFalse();

        if (byCancellationToken)
            await canceled.CancelAsync();
        else
            stop.RequestStop();

        (await join).Late.Should().ContainSingle().Which.Path.Should().Be("item");
        process.Kill();
        _release.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Without_a_stop_it_is_a_join_like_any_other()
    {
        var join = Join.AllAsync(Timeout.InfiniteTimeSpan, StopToken.None, _task.Task, Joinable.From(StartThread(), "thread"));

        _task.SetResult();
        _release.Open();

        (await join).Entries.Should().HaveCount(2).And.OnlyContain(entry => entry.Outcome == WorkerOutcome.Completed);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_blocking_join_with_a_stop_is_a_join_like_any_other_and_keeps_its_timeout()
    {
        using var stop = new StopSource();
        var thread = StartThread();
        await Task.Run(() =>
        {
            Join.All(TimeSpan.FromMilliseconds(20), stop.Token, _task.Task, thread).Late.Should().HaveCount(2);
            _task.SetResult();
            _release.Open();

            Join.All(Timeout.InfiniteTimeSpan, stop.Token, _task.Task, thread).IsComplete.Should().BeTrue();
            Join.All(Timeout.InfiniteTimeSpan, StopToken.None, _task.Task, thread).IsComplete.Should().BeTrue();
        });
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_blocking_join_that_is_interrupted_throws()
    {
        using var stop = new StopSource();
        var task = Joinable.From(_task.Task, "item");
        var join = BlockedThread<StopReport>.Start(() => Join.All(Timeout.InfiniteTimeSpan, stop.Token, task));

        join.Interrupt();

        await join.Invoking(join => join.WhenEnded()).Should().ThrowAsync<ThreadInterruptedException>();
    }

    [Fact]
    public void A_blocking_join_with_a_stop_refuses_what_cannot_be_joined()
    {
        using var stop = new StopSource();
        Joinable unstarted = new Thread(() => { });

        stop.Invoking(stop => Join.All(TimeSpan.Zero, stop.Token, unstarted)).Should().Throw<InvalidOperationException>();
        stop.Invoking(stop => Join.All(TimeSpan.FromTicks(-2), stop.Token)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_gives_up_a_join_has_seen_its_stop()
    {
        var worker = AsyncWorker.Start("joiner", stop => Join.AllAsync(Timeout.InfiniteTimeSpan, stop, _task.Task));

        (await worker.StopAsync()).Should().Match<WorkerResult>(result => result.Outcome == WorkerOutcome.Stopped && result.StopLatency != null);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_code_behind_the_join_does_not_run_on_the_thread_that_ends_it()
    {
        var behind = 0;
        var join = AwaitAsync();
        var ending = new Thread(() => _task.SetResult());
        ending.Start();

        await join;

        behind.Should().NotBe(ending.ManagedThreadId);

        async Task AwaitAsync()
        {
            await Join.AllAsync(Timeout.InfiniteTimeSpan, _task.Task).ConfigureAwait(false);
            behind = Environment.CurrentManagedThreadId;
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Threads_are_joined_without_blocking()
    {
        var threads = Enumerable.Range(0, 3).Select(_ => StartThread()).ToList();
        var join = threads.JoinAllAsync(Patience.Limit);
        join.IsCompleted.Should().BeFalse();

        _release.Open();

        (await join).Entries.Should().HaveCount(3).And.OnlyContain(entry => entry.Outcome == WorkerOutcome.Completed);
    }

    private Thread StartThread()
    {
        var thread = new Thread(_release.Pass);
        thread.Start();
        return thread;
    }
}
