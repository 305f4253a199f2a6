namespace StopKit.Tests.Groups;

/// <summary>A stop that is under way keeps to every limit that comes later, and to its own whatever a callback does.</summary>
public sealed class GroupDeadlineTests : IDisposable
{
    private static readonly TimeSpan AbortPeriod = TimeSpan.FromSeconds(3);

    private readonly ManualClock _clock = new();
    private readonly Journal _journal = new();
    private readonly Gate _release = new();
    private readonly TimeSpan _start = TimeSpan.FromSeconds(1);

    public GroupDeadlineTests() => _clock.Advance(_start);

    private WorkerOptions Options => new() { TimeProvider = _clock, AbortPeriod = AbortPeriod };

    public void Dispose() => _release.Open();

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("the group")]
    [InlineData("the token above")]
    [InlineData("the group around it")]
    public async Task A_shorter_grace_that_comes_later_shortens_the_share_of_each_stage(string where)
    {
        using var above = new StopSource(_clock);
        var outer = new WorkerGroup("outer", options: Options);
        var group = new WorkerGroup("app", options: Options);
        AddUnwilling(group, "web", order: 2);
        AddUnwilling(group, "cache", order: 1);
        if (where == "the group around it")
            outer.Add(group);
        Worker root = where == "the group around it" ? outer : group;
        root.Start(above.Token);
        root.RequestStop(grace: TimeSpan.FromSeconds(20));
        _journal.Await(1);
        Patience.Until(() => _clock.ActiveTimers >= 2);

        if (where == "the token above")
            above.RequestStop(grace: TimeSpan.FromSeconds(4));
        else
            root.RequestStop(grace: TimeSpan.FromSeconds(4));
        _clock.Advance(TimeSpan.FromSeconds(2));

        _journal.Await(2).Should().Equal("web at 0, Stopping", "cache at 2, Stopping");
        _release.Open();
        (await root.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        _clock.ActiveTimers.Should().Be(where == "the token above" ? 1 : 0, "the timer of the token above is not the group's");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_longer_grace_that_comes_later_changes_nothing()
    {
        var group = new WorkerGroup("app", options: Options);
        AddUnwilling(group, "web", order: 2);
        AddUnwilling(group, "cache", order: 1);
        group.Start();
        group.RequestStop(grace: TimeSpan.FromSeconds(20));
        _journal.Await(1);

        group.RequestStop(grace: TimeSpan.FromSeconds(100));
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(10), timers: 2);

        _journal.Await(2).Should().Equal("web at 0, Stopping", "cache at 10, Stopping");
        _release.Open();
        (await group.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_group_says_which_grace_has_expired()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("web", stop => Patience.Until(() => stop.IsAbortRequested));
        group.Start();
        group.RequestStop(grace: TimeSpan.FromSeconds(20));
        Patience.Until(() => _clock.ActiveTimers >= 2);
        var token = group.StopToken;

        group.RequestStop(grace: TimeSpan.FromSeconds(4));
        _clock.Advance(TimeSpan.FromSeconds(4));
        await group.Completion;

        token.AbortReason!.Message.Should().Be("grace of 4 s expired");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_child_group_that_aborts_by_a_deadline_from_above_names_the_grace_that_was_given_there()
    {
        // The child's own clock runs ahead, so its timer for what is left comes before the one above.
        var clockBelow = new ManualClock();
        var outer = new WorkerGroup("outer", options: Options);
        var group = new WorkerGroup("app", options: new WorkerOptions { TimeProvider = clockBelow, AbortPeriod = AbortPeriod });
        AddUnwilling(outer, "first", order: 1);
        AddUnwilling(group, "web", order: 0);
        outer.Add(group);
        outer.Start();
        outer.RequestStop(grace: TimeSpan.FromSeconds(20));
        _journal.Await(1);
        Patience.Until(() => _clock.ActiveTimers >= 2);
        _clock.Advance(TimeSpan.FromSeconds(10));
        _journal.Await(2);
        var token = group.StopToken;

        clockBelow.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(10));
        Patience.Until(() => token.IsAbortRequested);

        token.AbortReason!.Message.Should().Be("grace of 20 s expired");
        outer.StopToken.IsAbortRequested.Should().BeFalse();
        _release.Open();
        await outer.Completion;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_abort_callback_that_blocks_does_not_hold_the_group_past_its_abort_period()
    {
        // Without a grace there is no timer before the abort.
        var options = new WorkerOptions { TimeProvider = _clock, Grace = Timeout.InfiniteTimeSpan, AbortPeriod = AbortPeriod };
        var group = new WorkerGroup("app", options: options);
        AddUnwilling(group, "web", order: 2);
        AddUnwilling(group, "cache", order: 1);
        group.Start();
        var isBlocked = new Gate();
        using var callback = group.StopToken.OnAbort(_ =>
        {
            isBlocked.Open();
            _release.Pass();
        });
        group.RequestStop();
        _journal.Await(1);

        var aborting = Task.Factory.StartNew(
            () => group.RequestAbort(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await isBlocked.PassAsync();
        _clock.AdvanceOnceWaitedOn(AbortPeriod);
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.StopDuration.Should().Be(AbortPeriod);
        _release.Open();
        await aborting;
    }

    private void AddUnwilling(WorkerGroup group, string name, int order) => group.Add(
        name,
        stop =>
        {
            stop.Wait();
            _journal.Add($"{name} at {(_clock.GetElapsedTime(0) - _start).TotalSeconds}, {stop.Stage}");
            _release.Pass();
        },
        order);
}
