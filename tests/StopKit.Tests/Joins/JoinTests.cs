using System.Diagnostics;

namespace StopKit.Tests.Joins;

/// <summary>Joining many things of all kinds with one deadline.</summary>
public sealed class JoinTests : IDisposable
{
    private readonly Gate _release = new();
    private readonly List<Process> _processes = [];

    public void Dispose()
    {
        _release.Open();
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(Patience.Limit);
            process.Dispose();
        }
    }

    // Real time is the point: threads and processes know no other clock.
    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_threads_tasks_processes_and_workers_have_one_deadline(bool isAsync)
    {
        var items = new List<Joinable>();
        for (var number = 0; number < 25; number++)
        {
            var thread = new Thread(PassRelease) { IsBackground = true, Name = $"thread-{number}" };
            thread.Start();
            items.Add(thread);
            items.Add(((Joinable)_release.PassAsync()).Named($"task-{number}"));
            items.Add(((Joinable)Sleep("60")).Named($"process-{number}"));
            items.Add(AsyncWorker.Start($"worker-{number}", _ => _release.PassAsync()));
        }

        var watch = Stopwatch.StartNew();
        var report = await All(isAsync, TimeSpan.FromMilliseconds(200), [.. items]);
        var elapsed = watch.Elapsed;

        elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(190));
        elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10), "a deadline each would take twenty seconds");
        report.Elapsed.Should().BeLessThanOrEqualTo(elapsed);
        report.Late.Should().HaveCount(100);
        report.Entries.Select(entry => entry.Path).Should().Equal(items.Select(item => item.Name));
        report.ToString().Should().StartWith("join: 100 of 100 running");
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everything_that_ends_in_time_is_reported_as_it_ended(bool isAsync)
    {
        var thread = new Thread(() => { }) { Name = "short" };
        thread.Start();
        var worker = AsyncWorker.Start("worker", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        worker.RequestStop("enough");
        var fault = new InvalidDataException("bad header");

        var report = await All(
            isAsync,
            Patience.Limit,
            thread,
            ((Joinable)Task.CompletedTask).Named("done"),
            ((Joinable)Task.FromException(fault)).Named("broken"),
            ((Joinable)Task.FromCanceled(new CancellationToken(canceled: true))).Named("cancelled"),
            ((Joinable)Start("/bin/true")).Named("true"),
            ((Joinable)Start("/bin/sh", "-c", "exit 7")).Named("exit"),
            worker);

        report.IsComplete.Should().BeTrue();
        report.Entries.Select(entry => $"{entry.Path}: {entry.Outcome} {entry.ExitCode}".TrimEnd()).Should().Equal(
            "short: Completed",
            "done: Completed",
            "broken: Faulted",
            "cancelled: Stopped",
            "true: Completed 0",
            "exit: Exited 7",
            "worker: Stopped");
        report.Entries[2].Exception.Should().BeSameAs(fault);
        report.Entries[6].Reason!.Message.Should().Be("enough");
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Joining_again_gives_the_same_result(bool isAsync)
    {
        var process = Start("/bin/sh", "-c", "exit 7");
        var worker = ThreadWorker.Start("worker", _ => throw new ExitException(3));
        Joinable[] items = [process, worker, Task.CompletedTask];

        var first = await All(isAsync, Patience.Limit, items);
        var second = await All(isAsync, TimeSpan.Zero, items);

        first.IsComplete.Should().BeTrue();
        second.Entries.Should().BeEquivalentTo(first.Entries, options => options.WithStrictOrdering());
        second.Entries.Select(entry => entry.ExitCode).Should().Equal(7, 3, null);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_join_that_gave_up_can_be_repeated(bool isAsync)
    {
        var thread = new Thread(PassRelease) { IsBackground = true };
        thread.Start();
        Joinable[] items = [thread, _release.PassAsync()];

        (await All(isAsync, TimeSpan.Zero, items)).Late.Should().HaveCount(2);
        _release.Open();

        (await All(isAsync, Timeout.InfiniteTimeSpan, items)).IsComplete.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task AllAsync_goes_by_the_clock_it_is_given()
    {
        var clock = new ManualClock();
        var joining = Join.AllAsync(TimeSpan.FromHours(3), clock, _release.PassAsync(), Task.CompletedTask);

        clock.AdvanceOnceWaitedOn(TimeSpan.FromHours(3) - TimeSpan.FromMilliseconds(1));
        joining.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var report = await joining;

        report.Late.Should().ContainSingle();
        report.Elapsed.Should().Be(TimeSpan.FromHours(3));
        clock.ActiveTimers.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task AllAsync_ends_with_the_last_item_and_leaves_no_timer()
    {
        var clock = new ManualClock();
        var joining = Join.AllAsync(TimeSpan.FromHours(3), clock, _release.PassAsync());
        clock.AdvanceOnceWaitedOn(TimeSpan.FromHours(1));

        _release.Open();
        var report = await joining;

        report.IsComplete.Should().BeTrue();
        report.Elapsed.Should().Be(TimeSpan.FromHours(1));
        clock.ActiveTimers.Should().Be(0);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task All_goes_by_the_system_s_clock_also_for_a_worker_whose_own_stands_still(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, _ => _release.Pass(), options: new WorkerOptions { TimeProvider = new ManualClock() });

        (await All(false, TimeSpan.FromMilliseconds(20), worker)).Late.Should().ContainSingle();
        (await All(false, TimeSpan.Zero, worker)).Late.Should().ContainSingle();
        _release.Open();
        (await All(false, Patience.Limit, worker)).IsComplete.Should().BeTrue();
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_group_has_an_entry_for_each_member(bool isAsync)
    {
        var group = new WorkerGroup("mail");
        group.Add("sender", stop => stop.Wait());
        group.Add("reader", _ => _release.Pass());
        group.Start();

        var report = await All(isAsync, TimeSpan.Zero, group, ((Joinable)group).Named("post"));

        report.Entries.Select(entry => entry.Path).Should().Equal("mail/sender", "mail/reader", "post/sender", "post/reader");
        _release.Open();
        await group.StopAsync();
        (await All(isAsync, TimeSpan.Zero, group)).IsComplete.Should().BeTrue();
    }

    // Real time is the point: it is the system that keeps the pipe open.
    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_grandchild_that_holds_the_output_open_does_not_hold_up_the_join(bool isAsync)
    {
        var process = Start("/bin/sh", "-c", "sleep 60 & echo $!");
        var grandchild = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                grandchild.TrySetResult(int.Parse(line.Data, System.Globalization.CultureInfo.InvariantCulture));
        };
        process.BeginOutputReadLine();

        var joining = All(isAsync, Timeout.InfiniteTimeSpan, process);
        var report = await joining.WaitAsync(Patience.Limit);

        report.Entries.Should().ContainSingle().Which.ExitCode.Should().Be(0);
        using var sleeper = Process.GetProcessById(await grandchild.Task.WaitAsync(Patience.Limit));
        sleeper.HasExited.Should().BeFalse("it would otherwise have proved nothing");
        sleeper.Kill();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Sequences_of_one_kind_are_joined_alike()
    {
        Thread[] threads = [new(() => { }), new(() => { })];
        foreach (var thread in threads)
            thread.Start();
        Task[] tasks = [Task.CompletedTask, _release.PassAsync()];
        Process[] processes = [Start("/bin/true"), Start("/bin/true")];
        Worker[] workers = [AsyncWorker.Start("one", _ => Task.CompletedTask), ThreadWorker.Start("two", _ => { })];

        threads.JoinAll(Patience.Limit).IsComplete.Should().BeTrue();
        processes.JoinAll(Patience.Limit).IsComplete.Should().BeTrue();
        workers.JoinAll(Patience.Limit).Entries.Select(entry => entry.Path).Should().Equal("one", "two");
        tasks.JoinAll(TimeSpan.Zero).Late.Should().ContainSingle();
        (await processes.JoinAllAsync(Patience.Limit)).IsComplete.Should().BeTrue();
        (await workers.JoinAllAsync(Patience.Limit)).IsComplete.Should().BeTrue();
        _release.Open();
        (await tasks.JoinAllAsync(Patience.Limit)).IsComplete.Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_to_join_has_ended(bool isAsync)
    {
        var report = await All(isAsync, Timeout.InfiniteTimeSpan);

        report.IsComplete.Should().BeTrue();
        report.Entries.Should().BeEmpty();
    }

    private static Task<StopReport> All(bool isAsync, TimeSpan timeout, params Joinable[] items) =>
        isAsync ? Join.AllAsync(timeout, items) : Task.Run(() => Join.All(timeout, items));

    // An exception of a thread of its own would end the test run.
    private void PassRelease() => Record.Exception(_release.Pass);

    private Process Sleep(string seconds) => Start("/bin/sleep", seconds);

    private Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        _processes.Add(process);
        return process;
    }
}
