
namespace StopKit.Tests.Joins;

/// <summary>A join that ends early, because its caller is to stop.</summary>
public sealed class JoinGiveUpTests : IDisposable
{
    private readonly Gate _release = new();
    private readonly TaskCompletionSource _task = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _release.Open();

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("task", false)]
    [InlineData("task", true)]
    [InlineData("thread", false)]
    [InlineData("process", false)]
    [InlineData("worker", true)]
    public async Task A_stop_ends_the_wait_and_the_report_names_what_has_not_ended(string what, bool byCancellationToken)
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
        var join = byCancellationToken
            ? Join.AllAsync(Timeout.InfiniteTimeSpan, canceled.Token, item)
            : Join.AllAsync(Timeout.InfiniteTimeSpan, stop.Token, item);
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
