namespace StopKit.Tests.Groups;

/// <summary>The ways to stop a group: before its start, from above, from inside, and through many levels.</summary>
public sealed class GroupStopTests
{
    private readonly ManualClock _clock = new();
    private readonly Journal _journal = new();

    public GroupStopTests() => _clock.Advance(TimeSpan.FromSeconds(1));

    private WorkerOptions Options => new() { TimeProvider = _clock };

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("Stop")]
    [InlineData("Dispose")]
    [InlineData("RequestStop, Start")]
    [InlineData("Start below a stopped token")]
    public async Task Stopped_before_its_start_no_member_runs_and_each_Completion_ends(string way)
    {
        var hasRun = false;
        var app = new WorkerGroup("app", options: Options);
        var mail = new WorkerGroup("mail", options: Options);
        Worker[] members = [.. Enum.GetValues<WorkerKind>().Select(kind => TestWorkers.Make(kind, _ => hasRun = true))];
        mail.Add(members[0]);
        mail.Add(members[1]);
        app.Add(mail);
        app.Add("web", _ => hasRun = true);

        switch (way)
        {
            case "Stop":
                app.Stop();
                app.Start();
                break;
            case "Dispose":
                await app.DisposeAsync();
                break;
            case "RequestStop, Start":
                app.RequestStop();
                app.Start();
                break;
            default:
                using (var stopped = new StopSource())
                {
                    stopped.RequestStop();
                    app.Start(stopped.Token);
                }

                break;
        }

        foreach (var worker in members.Append(mail).Append(app))
            (await worker.Completion).Outcome.Should().Be(WorkerOutcome.NotRun);
        app.Report.Entries.Should().HaveCount(3).And.OnlyContain(entry => entry.Outcome == WorkerOutcome.NotRun && entry.Reason != null);
        app.Report.IsComplete.Should().BeTrue();
        hasRun.Should().BeFalse();
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(StopWay.Stop)]
    [InlineData(StopWay.StopAsync)]
    [InlineData(StopWay.Dispose)]
    [InlineData(StopWay.DisposeAsync)]
    public async Task Every_way_to_stop_stops_in_order(StopWay way)
    {
        var group = TwoStages();
        group.Start();

        switch (way)
        {
            case StopWay.Stop:
                await Task.Run(() => group.Stop());
                break;
            case StopWay.StopAsync:
                await group.StopAsync();
                break;
            case StopWay.Dispose:
                await Task.Run(group.Dispose);
                break;
            default:
                await group.DisposeAsync();
                break;
        }

        var result = await group.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.Reason!.Cause.Should().Be(way is StopWay.Stop or StopWay.StopAsync ? StopCause.Requested : StopCause.Disposed);
        _journal.Entries.Should().Equal("web", "cache");
        group.Report.Entries.Should().OnlyContain(entry => entry.Reason == result.Reason);
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_from_above_stops_in_order_and_within_what_is_left_there()
    {
        using var above = new StopSource(_clock);
        var group = TwoStages(webMayEnd: new Gate());
        group.Start(above.Token);
        _journal.Await(1); // the web member runs

        above.RequestStop("host goes down", grace: TimeSpan.FromSeconds(8));
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(4), timers: 3); // the abort's above, the group's own, the stage's
        _journal.Await(2).Should().Equal("web runs", "cache");
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(4), timers: 3);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5));
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.Reason!.Message.Should().Be("host goes down");
        result.StopDuration.Should().Be(TimeSpan.FromSeconds(13));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Ninety_nine_nested_groups_stop()
    {
        var root = new WorkerGroup("g1", options: Options);
        var group = root;
        for (var depth = 2; depth <= 99; depth++)
        {
            AddWilling(group, $"w{depth - 1}", order: -1);
            var child = new WorkerGroup($"g{depth}", options: Options);
            group.Add(child);
            group = child;
        }

        AddWilling(group, "w99", order: 0);
        root.Start();
        group.Report.Entries.Should().ContainSingle().Which.Outcome.Should().Be(WorkerOutcome.Running);

        var result = await root.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        _journal.Entries.Should().Equal(Enumerable.Range(1, 99).Reverse().Select(number => $"w{number}"));
        root.Report.Entries.Should().HaveCount(99);
        root.Report.Entries[^1].Path.Should().StartWith("g1/g2/").And.EndWith("/g99/w99");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_fault_at_the_bottom_of_ninety_nine_nested_groups_stops_them_all()
    {
        var root = new WorkerGroup("g1", options: Options);
        var group = root;
        for (var depth = 2; depth <= 99; depth++)
        {
            AddWilling(group, $"w{depth - 1}", order: depth % 3);
            var child = new WorkerGroup($"g{depth}", options: Options);
            group.Add(child);
            group = child;
        }

        group.Add("broken", _ => throw new InvalidDataException("bad header"));
        root.Start();

        var result = await root.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Faulted);
        result.Exception!.Message.Should().Be("bad header");
        root.Report.Entries.Count(entry => entry.Outcome == WorkerOutcome.Stopped).Should().Be(98);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_member_that_waits_for_its_own_group_is_told_so(WorkerKind kind)
    {
        var app = new WorkerGroup("app", options: Options);
        var mail = new WorkerGroup("mail", options: Options);
        var refused = new List<Exception?>();
        mail.Add(TestWorkers.Make(kind, stop =>
        {
            foreach (var group in new[] { app, mail })
            {
                refused.Add(Record.Exception(() => group.Join()));
                refused.Add(Record.Exception(() => group.Stop()));
                refused.Add(Record.Exception(() => { _ = group.StopAsync(); }));
                refused.Add(Record.Exception(() => Join.All(TimeSpan.Zero, group)));
            }

            app.Dispose(); // requests the stop, and returns
            stop.Wait();
        }));
        app.Add(mail);

        app.Start();
        var result = await app.Completion;

        refused.Should().HaveCount(8).And.AllBeOfType<InvalidOperationException>();
        refused[0]!.Message.Should().Contain("'app'").And.Contain("itself");
        result.Reason!.Cause.Should().Be(StopCause.Disposed);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_may_wait_for_another_group()
    {
        var (app, other) = (new WorkerGroup("app", options: Options), new WorkerGroup("other", options: Options));
        other.Add("import", _ => { });
        app.Add("waiter", _ => other.Join());
        other.Start();
        app.Start();

        (await app.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Joining_before_the_start_and_starting_twice_are_refused()
    {
        var group = TwoStages();
        group.Invoking(g => g.Join()).Should().Throw<InvalidOperationException>();
        group.Start();
        group.Invoking(g => g.Start()).Should().Throw<InvalidOperationException>();

        var result = await group.StopAsync();

        group.Join().Should().BeSameAs(result);
        (await group.StopAsync()).Should().BeSameAs(result);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stopped_group_leaves_nothing_linked_to_the_token_above()
    {
        using var above = new StopSource(_clock);
        var group = TwoStages();
        group.Start(above.Token);

        await group.StopAsync();

        above.LiveChildren.Should().Be(0);
    }

    private WorkerGroup TwoStages(Gate? webMayEnd = null)
    {
        var group = new WorkerGroup("app", options: Options);
        AddWilling(group, "cache", order: 1);
        if (webMayEnd is null)
        {
            AddWilling(group, "web", order: 2);
            return group;
        }

        group.Add(
            "web",
            _ =>
            {
                _journal.Add("web runs");
                webMayEnd.Pass();
            },
            order: 2);
        return group;
    }

    private void AddWilling(WorkerGroup group, string name, int order) => group.Add(
        name,
        async stop =>
        {
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            _journal.Add(name);
        },
        order);
}
