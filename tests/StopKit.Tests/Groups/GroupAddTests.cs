namespace StopKit.Tests.Groups;

/// <summary>What may be added to a group, and when.</summary>
public sealed class GroupAddTests
{
    private readonly ManualClock _clock = new();

    private WorkerOptions Options => new() { TimeProvider = _clock };

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task To_a_running_group_it_starts_and_is_stopped_with_it(WorkerKind kind)
    {
        var group = new WorkerGroup("app", options: Options);
        group.Start();
        var isRunning = new Gate();
        var worker = TestWorkers.Make(kind, stop =>
        {
            isRunning.Open();
            stop.Wait();
        });

        group.Add(worker, order: 3).Should().BeTrue();
        await isRunning.PassAsync();
        await group.StopAsync();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task To_a_stopping_group_it_returns_false_and_starts_nothing()
    {
        var group = new WorkerGroup("app", options: Options);
        var (mayEnd, hasRun) = (new Gate(), false);
        group.Add("late", _ => mayEnd.Pass());
        group.Start();
        group.RequestStop();
        var worker = TestWorkers.Make(WorkerKind.Thread, _ => hasRun = true);

        group.Add(worker).Should().BeFalse();
        group.Add("thread", _ => hasRun = true).Should().BeFalse();
        group.Add("task", _ => Task.FromResult(hasRun = true)).Should().BeFalse();

        mayEnd.Open();
        await group.Completion;
        group.Add("thread", _ => hasRun = true).Should().BeFalse("it has ended");
        worker.State.Should().Be(WorkerState.Created);
        hasRun.Should().BeFalse();
        group.Report.Entries.Should().ContainSingle();
        worker.Start(); // the group that refused it has no hold on it
        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task To_a_group_whose_members_have_all_ended_it_returns_false()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("import", _ => { });
        group.Start();
        await group.Completion;

        group.Add("export", _ => { }).Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_empty_group_waits_for_its_first_member()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Start();
        group.Report.Entries.Should().ContainSingle().Which.Path.Should().Be("app");

        group.Add("import", _ => { }).Should().BeTrue();

        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        group.Report.Entries.Should().ContainSingle().Which.Path.Should().Be("app/import");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_empty_group_can_be_stopped()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Start();

        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);

        group.Report.IsComplete.Should().BeTrue();
        group.Report.Entries.Should().BeEmpty();
        group.Report.ToString().Should().StartWith("app: all 0 ended");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_was_started_or_stopped_or_is_in_a_group_is_refused_by_name()
    {
        var group = new WorkerGroup("app", options: Options);
        var started = AsyncWorker.Start("started", stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask());
        var stopped = TestWorkers.Make(WorkerKind.Thread, _ => { }, name: "stopped");
        await stopped.StopAsync();
        var taken = TestWorkers.Make(WorkerKind.Thread, _ => { }, name: "taken");
        new WorkerGroup("other").Add(taken);

        foreach (var worker in new[] { started, stopped, taken })
            group.Invoking(g => g.Add(worker)).Should().Throw<InvalidOperationException>().WithMessage($"*'{worker.Name}'*");

        group.Report.Entries.Should().BeEmpty();
        await started.StopAsync();
    }

    [Fact]
    public void A_group_cannot_be_in_itself_at_any_depth()
    {
        var (outer, middle, inner) = (new WorkerGroup("outer"), new WorkerGroup("middle"), new WorkerGroup("inner"));
        outer.Add(middle);
        middle.Add(inner);

        inner.Invoking(group => group.Add(inner)).Should().Throw<InvalidOperationException>().WithMessage("*'inner'*");
        inner.Invoking(group => group.Add(outer)).Should().Throw<InvalidOperationException>().WithMessage("*'outer'*");

        outer.Report.Entries.Should().BeEmpty();
    }

    [Fact]
    public void Nulls_are_refused()
    {
        var group = new WorkerGroup();

        group.Invoking(g => g.Add((Worker)null!)).Should().Throw<ArgumentNullException>();
        group.Invoking(g => g.Add((Func<Worker>)null!)).Should().Throw<ArgumentNullException>();
        group.Invoking(g => g.Add("thread", (Action<StopToken>)null!)).Should().Throw<ArgumentNullException>();
        group.Invoking(g => g.Add("task", (Func<StopToken, Task>)null!)).Should().Throw<ArgumentNullException>();
        group.Invoking(g => g.Add(() => null!)).Should().Throw<InvalidOperationException>();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_member_is_started_by_its_group_alone(WorkerKind kind)
    {
        var group = new WorkerGroup("app", options: Options);
        var runs = 0;
        var member = TestWorkers.Make(kind, _ => runs++, name: "member");
        group.Add(member);

        member.Invoking(worker => worker.Start()).Should().Throw<InvalidOperationException>().WithMessage("*'member'*group*");
        group.Start();

        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        runs.Should().Be(1);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(StopWay.Stop)]
    [InlineData(StopWay.Dispose)]
    public async Task A_member_that_was_stopped_before_the_group_started_holds_up_nobody(StopWay way)
    {
        var group = new WorkerGroup("app", options: Options);
        var member = TestWorkers.Make(WorkerKind.Thread, _ => { }, name: "withdrawn");
        group.Add(member, order: 1);
        group.Add("import", _ => { });
        if (way == StopWay.Stop)
            member.Stop();
        else
            member.Dispose();

        group.Start();

        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        group.Report.Entries.Select(entry => entry.Outcome).Should().Equal(WorkerOutcome.NotRun, WorkerOutcome.Completed);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_whose_members_were_all_stopped_before_it_started_ends_at_once()
    {
        var group = new WorkerGroup("app", options: Options);
        var member = TestWorkers.Make(WorkerKind.Thread, _ => { });
        group.Add(member);
        member.Stop();

        group.Start();

        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        group.Add("more", _ => { }).Should().BeFalse();
    }
}
