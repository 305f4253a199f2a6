namespace StopKit.Tests.Groups;

/// <summary>Which members a group keeps, and by which names its report knows them.</summary>
[Collection(Alone.Name)]
public sealed class GroupRosterTests
{
    private const int Kept = 256;

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task Very_many_short_members_leave_memory_flat_and_are_counted()
    {
        const int count = 100_000;
        var group = new WorkerGroup("app");
        group.Add("server", stop => stop.Wait());
        group.Start();
        await RunAsync(group, 2 * Kept, _ => Task.CompletedTask);
        var before = Memory.InUse();

        await RunAsync(group, count, _ => Task.CompletedTask);

        var each = (Memory.InUse() - before) / (double)count;
        each.Should().BeLessThan(10);
        var report = group.Report;
        report.Entries.Should().HaveCount(1 + Kept);
        report.Forgotten.Should().Equal(new Dictionary<WorkerOutcome, long> { [WorkerOutcome.Completed] = count + Kept });
        report.ToString().Should().EndWith($"  ... and {count + Kept} before the stop: {count + Kept} Completed");
        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
        group.Report.Entries.Should().HaveCount(1 + Kept);
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task Very_many_failures_of_a_group_that_goes_on_are_counted_too()
    {
        const int count = 1000;
        var group = new WorkerGroup("app", FailurePolicy.KeepRunning);
        group.Add("server", stop => stop.Wait());
        group.Start();

        await RunAsync(group, count, _ => throw new InvalidDataException("bad header"));

        group.Report.Forgotten.Should().Equal(new Dictionary<WorkerOutcome, long> { [WorkerOutcome.Faulted] = count - Kept });
        var result = await group.StopAsync();
        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception.Should().BeOfType<AggregateException>().Which.InnerExceptions.Should().HaveCount(100);
        result.Exception!.Message.Should().StartWith("1000 failures, of which the first 100 are kept");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_ends_in_the_stop_is_never_forgotten()
    {
        var group = new WorkerGroup("app");
        for (var number = 0; number < 3 * Kept; number++)
            group.Add($"worker-{number}", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        group.Start();

        await group.StopAsync();

        group.Report.Entries.Should().HaveCount(3 * Kept);
        group.Report.Forgotten.Should().BeEmpty();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Members_of_a_child_group_that_is_forgotten_are_counted_one_by_one()
    {
        var group = new WorkerGroup("app");
        group.Add("server", stop => stop.Wait());
        group.Start();
        var child = new WorkerGroup("import");
        child.Add("one", _ => Task.CompletedTask);
        child.Add("two", _ => Task.CompletedTask);
        group.Add(child);
        await child.Completion;
        Patience.Until(() => group.Report.Entries.Count == 3);

        // The group notes the child's end after its completion, perhaps among the first ends that come here: the last of these forgets it.
        var count = Kept;
        await RunAsync(group, count, _ => Task.CompletedTask);
        for (; group.Report.Forgotten.GetValueOrDefault(WorkerOutcome.Completed) != count - Kept + 2; count++)
            await RunAsync(group, 1, _ => Task.CompletedTask);
        await group.StopAsync();
    }

    [Fact]
    public void Members_of_one_name_are_numbered()
    {
        var group = new WorkerGroup("app");
        foreach (var name in new[] { "job", "job", "job#2", "job", "other" })
            group.Add(name, _ => { });

        group.Report.Entries.Select(entry => entry.Path).Should().Equal("app/job", "app/job#2", "app/job#2#2", "app/job#3", "app/other");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_restarted_member_keeps_the_number_behind_its_name()
    {
        var clock = new ManualClock();
        var group = new WorkerGroup(
            "app", FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 5), new WorkerOptions { TimeProvider = clock });
        var runs = 0;
        group.Add("job", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        group.Add("job", stop => Interlocked.Increment(ref runs) < 3
            ? throw new IOException("refused")
            : stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        group.Start();

        Patience.Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref runs) == 3;
        });

        group.Report.Entries.Select(entry => entry.Path).Should().Equal("app/job", "app/job#2");
        await group.StopAsync();
    }

    [Fact]
    public void A_name_forges_no_level_of_a_path_no_line_and_nothing_that_a_terminal_obeys()
    {
        var group = new WorkerGroup("app/x");
        var mail = new WorkerGroup("mail");
        mail.Add("a/b\n\u001B[2J", _ => { });
        group.Add(mail);

        var report = group.Report;

        report.Entries.Should().ContainSingle().Which.Path.Should().Be("app_x/mail/a_b \uFFFD[2J");
        report.ToString().Should().EndWith("app_x/mail/a_b \uFFFD[2J");
        report.ToMermaid().Should().NotContain("\u001B");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_name_is_free_again_when_its_member_is_forgotten_and_a_restart_may_change_it()
    {
        var clock = new ManualClock();
        var group = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 1), new WorkerOptions { TimeProvider = clock });
        var runs = 0;
        group.Add(() => TestWorkers.Make(
            WorkerKind.Async,
            stop =>
            {
                if (++runs == 1)
                    throw new InvalidDataException();
                stop.Wait();
            },
            name: $"connection-{runs + 1}"));
        group.Start();
        Patience.Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref runs) == 2;
        });

        group.Report.Entries.Should().ContainSingle().Which.Path.Should().Be("app/connection-2");
        await group.StopAsync();
    }

    private static async Task RunAsync(WorkerGroup group, int count, Func<StopToken, Task> body)
    {
        var ended = 0;
        for (var number = 0; number < count; number++)
        {
            var worker = new Job($"job-{number}", body);
            group.Add(worker).Should().BeTrue();
            await worker.Completion;
            ended++;
        }

        // The group takes note of an end after the worker's completion.
        Patience.Until(() => group.Report.Entries.Count(entry => entry.Path.StartsWith("app/job", StringComparison.Ordinal)) <= Kept);
        ended.Should().Be(count);
    }

    private sealed class Job(string name, Func<StopToken, Task> body) : AsyncWorker(name)
    {
        protected override Task RunAsync(StopToken stop) => body(stop);
    }
}
