using System.Diagnostics;

namespace StopKit.Tests.Joins;

/// <summary>What can never be joined is refused at once, by name, before anything is waited for.</summary>
public sealed class JoinMistakesTests
{
    [Fact]
    public void A_thread_that_was_not_started_is_named() =>
        Refused(new Thread(() => { }) { Name = "mailer" }, "'mailer'*not started*");

    [Fact]
    public void A_worker_that_was_not_started_is_named() =>
        Refused(TestWorkers.Make(WorkerKind.Thread, _ => { }, name: "mailer"), "*'mailer'*not started*");

    [Fact]
    public void A_group_that_was_not_started_is_named() => Refused(new WorkerGroup("mail"), "*'mail'*not started*");

    [Fact]
    public void A_task_that_was_not_started_is_named() => Refused(((Joinable)new Task(() => { })).Named("import"), "'import'*not started*");

    [Fact]
    public void A_process_that_was_not_started_is_named_by_its_program()
    {
        using var process = new Process { StartInfo = new ProcessStartInfo("/usr/bin/rsync") };

        Refused(process, "'rsync'*not started*");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_process_that_was_disposed_is_named_by_its_program()
    {
        var process = Process.Start("/bin/true");
        await process.WaitForExitAsync();
        process.Dispose();

        Refused(process, "'true'*disposed*");
        Refused(((Joinable)process).Named("backup"), "'backup'*disposed*");
    }

    [Fact]
    public void A_thread_cannot_join_itself() => Refused(Thread.CurrentThread, "*calling thread*");

    [Fact]
    public void A_process_cannot_join_itself()
    {
        using var process = Process.GetCurrentProcess();

        Refused(process, "*calling process*");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_task_cannot_join_itself()
    {
        Task task = null!;
        var isKnown = new Gate();
        task = Task.Run(() =>
        {
            isKnown.Pass();
            Refused(((Joinable)task).Named("import"), "'import'*calling task*");
        });
        isKnown.Open();

        await task;
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_cannot_join_itself(WorkerKind kind)
    {
        Worker worker = null!;
        var isKnown = new Gate();
        worker = TestWorkers.Start(
            kind,
            _ =>
            {
                isKnown.Pass();
                Refused(worker, "*'mailer'*itself*");
            },
            name: "mailer");
        isKnown.Open();

        (await worker.Completion).Exception.Should().BeNull();
    }

    [Fact]
    public void Null_items_and_sequences_are_refused()
    {
        FluentActions.Invoking(() => Join.All(TimeSpan.Zero, Task.CompletedTask, null!)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => { _ = Join.AllAsync(TimeSpan.Zero, [null!]); }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => { _ = Join.AllAsync(TimeSpan.Zero, timeProvider: null!, Task.CompletedTask); }).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ((IEnumerable<Thread>)null!).JoinAll(TimeSpan.Zero)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new Task[] { null! }.JoinAll(TimeSpan.Zero)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void A_name_must_say_something()
    {
        Joinable item = Task.CompletedTask;

        item.Invoking(task => task.Named(null!)).Should().Throw<ArgumentException>();
        item.Invoking(task => task.Named(" ")).Should().Throw<ArgumentException>();
        item.Named("import").Name.Should().Be("import");
        item.Name.Should().StartWith("task-", "a name is given to a copy");
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(25L * 24 * 3600 * 1000)]
    public void A_time_out_of_range_is_refused(long milliseconds)
    {
        var timeout = TimeSpan.FromMilliseconds(milliseconds);

        FluentActions.Invoking(() => Join.All(timeout, Task.CompletedTask)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => { _ = Join.AllAsync(timeout, Task.CompletedTask); }).Should().Throw<ArgumentOutOfRangeException>();
    }

    /// <summary>Refused both ways, with nothing waited for: the other item would never end.</summary>
    private static void Refused(Joinable item, string message)
    {
        Joinable endless = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task;

        FluentActions.Invoking(() => Join.All(Timeout.InfiniteTimeSpan, endless, item))
            .Should().Throw<InvalidOperationException>().WithMessage(message);
        FluentActions.Invoking(() => { _ = Join.AllAsync(Timeout.InfiniteTimeSpan, endless, item); })
            .Should().Throw<InvalidOperationException>().WithMessage(message);
    }
}
