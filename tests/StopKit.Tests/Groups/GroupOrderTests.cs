namespace StopKit.Tests.Groups;

/// <summary>Members start in order, and stop in reverse order, stage by stage.</summary>
public sealed class GroupOrderTests
{
    private readonly ManualClock _clock = new();
    private readonly ListLogger _logger = new();
    private readonly Journal _journal = new();

    private WorkerOptions Options => new() { TimeProvider = _clock, Logger = _logger };

    private IEnumerable<string> Started => _logger.Entries.Where(entry => entry.Id == 2001).Select(entry => entry.Text.Replace(": Started", ""));

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task They_start_by_ascending_order_and_within_one_as_they_were_added()
    {
        var group = new WorkerGroup("app", options: Options);
        foreach (var (name, order) in new[] { ("web", 30), ("cache", 10), ("database", -5), ("mail", 30), ("queue", 20), ("log", -5) })
            AddWilling(group, name, order);

        group.Start();

        Started.Should().Equal("app", "database", "log", "cache", "queue", "web", "mail");
        await group.StopAsync();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task They_stop_by_descending_order_each_stage_after_the_end_of_the_one_above()
    {
        var group = new WorkerGroup("app", options: Options);
        var gates = new Dictionary<string, Gate>();
        foreach (var (name, order) in new[] { ("cache", 10), ("web", 30), ("queue", 20) })
        {
            var gate = gates[name] = new Gate();
            group.Add(name, stop => AskedThenPass(stop, name, gate), order);
        }

        group.Start();
        var stopping = group.StopAsync();

        _journal.Await(1).Should().Equal("web asked");
        gates["web"].Open();
        _journal.Await(3).Should().Equal("web asked", "web ended", "queue asked");
        gates["queue"].Open();
        _journal.Await(5).Should().EndWith(["queue ended", "cache asked"]);
        gates["cache"].Open();
        (await stopping).Outcome.Should().Be(WorkerOutcome.Stopped);
        group.Report.Entries.Should().OnlyContain(entry => entry.Outcome == WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Equal_orders_are_asked_together()
    {
        using var allAsked = new CountdownEvent(5);
        var group = new WorkerGroup("app", options: Options);
        for (var number = 0; number < 5; number++)
        {
            group.Add($"sender-{number}", stop =>
            {
                stop.Wait();
                allAsked.Signal();
                // Nobody ends before all were asked: asked one after the other they would never end.
                allAsked.Wait(Patience.Limit).Should().BeTrue();
            });
        }

        group.Start();

        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_nested_group_takes_its_turn_as_a_whole_and_keeps_its_own_order_inside()
    {
        var app = new WorkerGroup("app", options: Options);
        var mail = new WorkerGroup("mail", options: Options);
        AddWilling(app, "database", order: 0);
        AddWilling(app, "web", order: 2);
        app.Add(mail, order: 1);
        AddWilling(mail, "sender", order: 7);
        AddWilling(mail, "spool", order: 3);

        app.Start();
        Started.Should().Equal("app", "database", "mail", "spool", "sender", "web");
        await app.StopAsync();

        _journal.Entries.Should().Equal("web", "sender", "spool", "database");
        app.Report.Entries.Select(entry => entry.Path).Should().Equal("app/database", "app/web", "app/mail/sender", "app/mail/spool");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stage_without_members_that_run_takes_no_turn()
    {
        var group = new WorkerGroup("app", options: Options);
        var done = new Gate();
        AddWilling(group, "database", order: 0);
        group.Add("import", _ => done.Pass(), order: 5);
        group.Start();
        done.Open();
        Patience.Until(() => group.Report.Entries[1].Outcome == WorkerOutcome.Completed);

        (await group.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);

        _journal.Entries.Should().Equal("database");
    }

    private void AddWilling(WorkerGroup group, string name, int order) => group.Add(
        name,
        stop =>
        {
            stop.Wait();
            _journal.Add(name);
        },
        order);

    private void AskedThenPass(StopToken stop, string name, Gate gate)
    {
        stop.Wait();
        _journal.Add($"{name} asked");
        gate.Pass();
        _journal.Add($"{name} ended");
    }
}
