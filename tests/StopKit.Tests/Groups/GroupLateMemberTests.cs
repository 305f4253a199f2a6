namespace StopKit.Tests.Groups;

/// <summary>Whoever does not end is named, wherever in the tree it is and whoever gives up first.</summary>
public sealed class GroupLateMemberTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbortPeriod = TimeSpan.FromSeconds(3);

    private readonly ManualClock _clock = new();
    private readonly ListLogger _logger = new();
    private readonly Gate _isRunning = new();
    private readonly Gate _release = new();

    public GroupLateMemberTests() => _clock.Advance(TimeSpan.FromSeconds(1));

    public void Dispose() => _release.Open();

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    public async Task One_of_five_leaves_in_three_levels_is_named_whether_the_child_has_less_time_than_its_parent_or_not(int childGrace)
    {
        var app = Tree(TimeSpan.FromSeconds(childGrace), out var late);
        app.Start();
        await _isRunning.PassAsync();
        var stopping = app.StopAsync();
        Patience.Until(() => app.Report.Entries.Count(entry => entry.Outcome == WorkerOutcome.Running) == 1);

        // The app has its abort's timer, its stage's and its joiner's; each child group its abort's and its stage's.
        var untilAbort = TimeSpan.FromSeconds(Math.Min(childGrace, 10));
        _clock.AdvanceOnceWaitedOn(untilAbort, timers: 7);
        // From now on those who were aborted wait for the abort period.
        _clock.AdvanceOnceWaitedOn(AbortPeriod, timers: childGrace < 10 ? 5 : 4);
        var result = await stopping;

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.StopDuration.Should().Be(untilAbort + AbortPeriod);
        var report = app.Report;
        report.IsComplete.Should().BeFalse();
        report.Entries.Select(entry => $"{entry.Path}: {entry.Outcome}").Should().Equal(
            "app/clock: Stopped",
            "app/mail/reader: Stopped",
            "app/mail/senders/sender-1: Stopped",
            "app/mail/senders/sender-2: Abandoned",
            "app/mail/senders/sender-3: Stopped");
        var entry = report.Late.Should().ContainSingle().Which;
        entry.Path.Should().Be("app/mail/senders/sender-2");
        entry.Reason.Should().BeSameAs(result.Reason);
        entry.StopLatency.Should().BeNull();
        entry.StopDuration.Should().Be(untilAbort + AbortPeriod);
        entry.LastCheckpoint.Should().BeEquivalentTo(new { Member = "Drain", File = "/src/Mailer.cs", Line = 42, Age = untilAbort + AbortPeriod });
        report.ToString().Should().Contain("app: 1 of 5 LATE").And.Contain("app/mail/senders/sender-2\n").And.Contain("last seen: Drain, Mailer.cs:42");
        late.State.Should().Be(WorkerState.Running);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_abandoned_member_is_logged_once_and_its_true_end_comes_later()
    {
        var app = Tree(Grace, out var late);
        app.Start();
        await _isRunning.PassAsync();
        var stopping = app.StopAsync();
        Patience.Until(() => app.Report.Entries.Count(entry => entry.Outcome == WorkerOutcome.Running) == 1);
        _clock.AdvanceOnceWaitedOn(Grace, timers: 7);
        _clock.AdvanceOnceWaitedOn(AbortPeriod, timers: 4);
        await stopping;
        await app.Completion; // the groups' own waits end at the same time as the joiner's
        Patience.Until(() => _logger.Entries.Any(entry => entry.Id == 2004 && entry.Text.StartsWith("sender-2", StringComparison.Ordinal))); // by any of them

        _logger.Entries.Should().ContainSingle(entry => entry.Id == 2004 && entry.Text.StartsWith("sender-2: Abandoned after 13 s"))
            .Which.Text.Should().EndWith("last seen at Drain, Mailer.cs:42, 13 s ago");
        late.Completion.IsCompleted.Should().BeFalse();

        _clock.Advance(TimeSpan.FromSeconds(7));
        _release.Open();
        var result = await late.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Aborted);
        result.StopDuration.Should().Be(TimeSpan.FromSeconds(20));
        _logger.Entries.Should().ContainSingle(entry => entry.Id == 2005).Which.Text.Should().StartWith("Abandoned, but ended later: sender-2: Aborted");
        Patience.Until(() => app.Report.IsComplete); // the groups inside end by themselves
        app.Report.Entries[3].Outcome.Should().Be(WorkerOutcome.Aborted);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_that_has_ended_without_a_member_still_lists_it()
    {
        var app = Tree(TimeSpan.FromSeconds(5), out _);
        var mail = app.Report.Entries.Count;
        app.Start();
        await _isRunning.PassAsync();
        app.RequestStop(grace: TimeSpan.FromSeconds(5));
        Patience.Until(() => app.Report.Entries.Count(entry => entry.Outcome == WorkerOutcome.Running) == 1);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5), timers: 6);
        _clock.AdvanceOnceWaitedOn(AbortPeriod, timers: 3);

        (await app.Completion).Outcome.Should().Be(WorkerOutcome.Abandoned);

        app.State.Should().Be(WorkerState.Finished);
        app.Report.Entries.Should().HaveCount(mail);
        app.Report.Late.Should().ContainSingle().Which.Path.Should().Be("app/mail/senders/sender-2");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_fault_beside_a_late_member_is_not_lost()
    {
        var group = new WorkerGroup("app", FailurePolicy.KeepRunning, Options(Grace));
        group.Add("broken", _ => throw new InvalidDataException("bad header"));
        AddLate(group);
        group.Start();
        await _isRunning.PassAsync();
        Patience.Until(() => group.Report.Entries[0].Outcome == WorkerOutcome.Faulted);

        group.RequestStop(grace: Grace);
        _clock.AdvanceOnceWaitedOn(Grace, timers: 2);
        _clock.AdvanceOnceWaitedOn(AbortPeriod);
        var result = await group.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        result.Exception.Should().BeOfType<InvalidDataException>();
        group.Report.Entries.Select(entry => entry.Outcome).Should().Equal(WorkerOutcome.Faulted, WorkerOutcome.Abandoned);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_whose_own_cleanup_hangs_is_late_itself()
    {
        var app = new WorkerGroup("app", options: Options(Grace));
        var mail = new SlowToCleanUp(_release, Options(Grace));
        mail.Add("sender", stop => stop.Wait());
        app.Add(mail);
        app.Start();
        app.RequestStop(grace: Grace);
        await mail.IsCleaningUp.PassAsync();

        _clock.AdvanceOnceWaitedOn(Grace, timers: 4); // both aborts', the app's stage's, the cleanup's limit
        _clock.AdvanceOnceWaitedOn(AbortPeriod);
        var result = await app.Completion;

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        app.Report.Late.Should().ContainSingle().Which.Path.Should().Be("app/mail");
        _release.Open();
        await mail.Completion;
        app.Report.IsComplete.Should().BeTrue();
        app.Report.Entries.Should().ContainSingle();
    }

    private WorkerGroup Tree(TimeSpan childGrace, out Worker late)
    {
        var app = new WorkerGroup("app", options: Options(Grace));
        var mail = new WorkerGroup("mail", options: Options(childGrace));
        var senders = new WorkerGroup("senders", options: Options(childGrace));
        app.Add("clock", stop => stop.Wait());
        app.Add(mail);
        mail.Add("reader", async stop => await stop.WaitAsync(Timeout.InfiniteTimeSpan));
        mail.Add(senders);
        senders.Add("sender-1", stop => stop.Wait());
        late = AddLate(senders, "sender-2");
        senders.Add("sender-3", async stop => await stop.WaitAsync(Timeout.InfiniteTimeSpan));
        return app;
    }

    private Worker AddLate(WorkerGroup group, string name = "late")
    {
        var worker = TestWorkers.Make(
            WorkerKind.Thread,
            stop =>
            {
                stop.Checkpoint("Drain", "/src/Mailer.cs", 42);
                _isRunning.Open();
                _release.Pass();
            },
            options: Options(Grace),
            name: name);
        group.Add(worker);
        return worker;
    }

    private WorkerOptions Options(TimeSpan grace) => new() { TimeProvider = _clock, Logger = _logger, Grace = grace, AbortPeriod = AbortPeriod };

    private sealed class SlowToCleanUp(Gate gate, WorkerOptions options) : WorkerGroup("mail", options: options)
    {
        internal Gate IsCleaningUp { get; } = new();

        protected override Task CleanUpAsync(StopToken shielded)
        {
            IsCleaningUp.Open();
            return gate.PassAsync();
        }
    }
}
