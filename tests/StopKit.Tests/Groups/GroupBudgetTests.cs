namespace StopKit.Tests.Groups;

/// <summary>The grace is a budget for the whole group: who is late does not use up the others' share, and the end comes in time.</summary>
public sealed class GroupBudgetTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AbortPeriod = TimeSpan.FromSeconds(5);

    private readonly ManualClock _clock = new();
    private readonly Journal _journal = new();
    private readonly Gate _release = new();
    private readonly TimeSpan _start = TimeSpan.FromSeconds(1);

    public GroupBudgetTests() => _clock.Advance(_start);

    private WorkerOptions Options => new() { TimeProvider = _clock, Grace = Grace, AbortPeriod = AbortPeriod };

    private double Now => (_clock.GetElapsedTime(0) - _start).TotalSeconds;

    public void Dispose() => _release.Open();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_late_member_leaves_the_later_stages_their_share()
    {
        var group = new WorkerGroup("app", options: Options);
        AddUnwilling(group, "web", order: 3);
        AddUnwilling(group, "queue", order: 2);
        AddUnwilling(group, "cache", order: 1);
        group.Start();

        var stopping = group.StopAsync();
        _journal.Await(1);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(10), timers: 3); // the abort's, the joiner's, the stage's
        _journal.Await(2);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(10), timers: 3);
        _journal.Await(3);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(10), timers: 3);
        _clock.AdvanceOnceWaitedOn(AbortPeriod, timers: 2); // the group's own, the joiner's
        var result = await stopping;

        _journal.Entries.Should().Equal("web at 0", "queue at 10", "cache at 20");
        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.StopDuration.Should().Be(Grace + AbortPeriod);
        group.Report.Late.Select(entry => entry.Path).Should().Equal("app/web", "app/queue", "app/cache");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_a_stage_does_not_use_the_others_get()
    {
        var group = new WorkerGroup("app", options: Options);
        AddWilling(group, "web", order: 3);
        AddUnwilling(group, "queue", order: 2);
        AddWilling(group, "cache", order: 1);
        group.Start();

        var stopping = group.StopAsync();
        _journal.Await(2);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(15), timers: 3);
        _journal.Await(3).Should().Equal("web at 0", "queue at 0", "cache at 15");
        _release.Open();

        (await stopping).Outcome.Should().Be(WorkerOutcome.Stopped);
        _clock.ActiveTimers.Should().Be(0, "a stop that is over leaves no timer behind");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_grace_that_the_caller_gives_is_the_budget_even_if_it_is_longer()
    {
        var group = new WorkerGroup("app", options: Options);
        AddUnwilling(group, "web", order: 2);
        AddWilling(group, "cache", order: 1);
        group.Start();

        var stopping = group.StopAsync(TimeSpan.FromSeconds(100));
        _journal.Await(1);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(50), timers: 3);

        _journal.Await(2).Should().Equal("web at 0", "cache at 50");
        _release.Open();
        (await stopping).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_whose_caller_sets_no_limit_waits_beyond_the_options_grace()
    {
        var group = new WorkerGroup("app", options: Options);
        AddUnwilling(group, "web", order: 1);
        group.Start();

        var stopping = group.StopAsync(Timeout.InfiniteTimeSpan);
        _journal.Await(1); // from here on a timer of the grace would be running
        _clock.Advance(10 * Grace);

        group.StopToken.IsAbortRequested.Should().BeFalse();
        _release.Open();
        (await stopping).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_without_a_grace_of_its_own_has_the_options_grace()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("web", stop => Patience.Until(() => stop.IsAbortRequested));
        group.Start();

        group.RequestStop("enough");
        _clock.AdvanceOnceWaitedOn(Grace, timers: 2);
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Aborted);
        result.Reason!.Message.Should().Be("enough");
        result.StopDuration.Should().Be(Grace);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_abort_in_the_first_stage_reaches_the_stages_that_were_not_asked_yet()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("web", stop => Patience.Until(() => stop.IsAbortRequested), order: 2);
        group.Add("cache", stop => Patience.Until(() => stop.IsAbortRequested), order: 1);
        group.Start();

        group.RequestStop();
        group.RequestAbort("now");
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Aborted);
        group.Report.Entries.Should().OnlyContain(entry => entry.Outcome == WorkerOutcome.Aborted);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_with_no_grace_aborts_everybody_at_once()
    {
        var group = new WorkerGroup("app", options: Options);
        AddAbortable(group, "web", order: 2);
        AddAbortable(group, "cache", order: 1);
        group.Start();

        (await group.StopAsync(TimeSpan.Zero)).Outcome.Should().Be(WorkerOutcome.Aborted);

        _journal.Entries.Should().BeEquivalentTo("web aborted", "cache aborted");
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stop_callback_that_blocks_does_not_keep_the_other_stages_from_being_asked(int depth)
    {
        var app = new WorkerGroup("app", options: Options);
        var group = app;
        for (var level = 1; level < depth; level++)
        {
            var child = new WorkerGroup($"level-{level}", options: Options);
            group.Add(child);
            group = child;
        }

        var hasCallback = AddWithBlockingCallback(group, "web", order: 2);
        AddWilling(group, "cache", order: 1);
        app.Start();
        await hasCallback.PassAsync();

        var stopping = app.StopAsync();
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(15), timers: 1 + (2 * depth));
        _journal.Await(1).Should().Equal("cache at 15");

        _release.Open();
        (await stopping).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_callback_that_blocks_does_not_keep_a_group_beside_it_from_being_asked(bool isGroupFirst)
    {
        var app = new WorkerGroup("app", options: Options);
        var mail = new WorkerGroup("mail", options: Options);
        AddWilling(mail, "sender", order: 1);
        if (isGroupFirst)
            app.Add(mail);
        var hasCallback = AddWithBlockingCallback(app, "web", order: 0);
        if (!isGroupFirst)
            app.Add(mail);
        app.Start();
        await hasCallback.PassAsync();

        var stopping = app.StopAsync();
        _journal.Await(1).Should().Equal("sender at 0");

        _release.Open();
        (await stopping).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    private void AddWilling(WorkerGroup group, string name, int order) => group.Add(name, stop => Asked(stop, name), order);

    private void AddUnwilling(WorkerGroup group, string name, int order) => group.Add(
        name,
        stop =>
        {
            Asked(stop, name);
            _release.Pass();
        },
        order);

    private void AddAbortable(WorkerGroup group, string name, int order) => group.Add(
        name,
        stop =>
        {
            Patience.Until(() => stop.IsAbortRequested);
            _journal.Add($"{name} aborted");
        },
        order);

    private Gate AddWithBlockingCallback(WorkerGroup group, string name, int order)
    {
        var hasCallback = new Gate();
        group.Add(
            name,
            stop =>
            {
                using var callback = stop.OnStop(_ => _release.Pass());
                hasCallback.Open();
                _release.Pass();
            },
            order);
        return hasCallback;
    }

    private void Asked(StopToken stop, string name)
    {
        stop.Wait();
        _journal.Add($"{name} at {Now}");
    }
}
