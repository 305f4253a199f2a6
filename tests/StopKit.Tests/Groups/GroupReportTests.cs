namespace StopKit.Tests.Groups;

/// <summary>A group's report at any time of its life.</summary>
public sealed class GroupReportTests
{
    private readonly ManualClock _clock = new();

    public GroupReportTests() => _clock.Advance(TimeSpan.FromSeconds(1));

    private WorkerOptions Options => new() { TimeProvider = _clock };

    [Fact]
    public void Before_the_start_nothing_runs()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("web", stop => stop.Wait());

        var report = group.Report;

        report.IsComplete.Should().BeTrue();
        report.Elapsed.Should().Be(TimeSpan.Zero);
        report.Entries.Should().ContainSingle().Which.Should().Match<StopReportEntry>(
            entry => entry.Path == "app/web" && entry.Outcome == WorkerOutcome.NotRun && entry.Reason == null);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task While_it_runs_and_before_any_stop_it_says_who_runs_and_where()
    {
        var group = new WorkerGroup("app", options: Options);
        var (hasPassed, mayImport) = (new Gate(), new Gate());
        group.Add("web", stop =>
        {
            stop.Checkpoint("Accept", "/src/Web.cs", 7);
            hasPassed.Open();
            stop.Wait();
        });
        group.Add("import", _ => mayImport.Pass());
        group.Start();
        await hasPassed.PassAsync();
        mayImport.Open();
        Patience.Until(() => group.Report.Entries.Count(entry => entry.Outcome == WorkerOutcome.Running) == 1);
        _clock.Advance(TimeSpan.FromSeconds(3));

        var report = group.Report;

        report.IsComplete.Should().BeFalse();
        report.Entries.Select(entry => entry.Outcome).Should().Equal(WorkerOutcome.Running, WorkerOutcome.Completed);
        report.Late.Should().BeEmpty("no stop has given up on anything");
        var web = report.Entries[0];
        web.Reason.Should().BeNull("nobody asked it to stop");
        web.StopDuration.Should().BeNull();
        web.LastCheckpoint!.Age.Should().Be(TimeSpan.FromSeconds(3));
        report.ToString().Should().StartWith("app: 1 of 2 running\n").And.Contain("running").And.NotContain("LATE")
            .And.Contain("last seen: Accept, Web.cs:7, 3 s ago");
        await group.StopAsync();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task After_the_stop_it_tells_how_fast_each_was_from_the_first_request_on()
    {
        var group = new WorkerGroup("app", options: Options);
        var (isAsked, mayEnd) = (new Gate(), new Gate());
        group.Add(
            "web",
            stop =>
            {
                stop.Wait();
                isAsked.Open();
                mayEnd.Pass();
            },
            order: 2);
        group.Add("cache", stop => stop.Wait(), order: 1);
        group.Start();
        var stopping = group.StopAsync();
        await isAsked.PassAsync();
        _clock.Advance(TimeSpan.FromSeconds(4));
        mayEnd.Open();
        await stopping;

        var report = group.Report;

        report.Elapsed.Should().Be(TimeSpan.FromSeconds(4));
        report.Entries.Select(entry => (entry.Path, entry.StopLatency, entry.StopDuration, entry.Offset)).Should().Equal(
            ("app/web", TimeSpan.Zero, TimeSpan.FromSeconds(4), TimeSpan.Zero),
            ("app/cache", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(4)));
        report.ToString().Should().StartWith("app: all 2 ended after 4 s\n");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_report_stays_as_it_was_made()
    {
        var group = new WorkerGroup("app", options: Options);
        group.Add("web", stop => stop.Wait());
        group.Start();
        var report = group.Report;

        await group.StopAsync();

        report.IsComplete.Should().BeFalse();
        group.Report.IsComplete.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_with_a_clock_of_its_own_is_reported_by_that_clock()
    {
        var other = new ManualClock();
        other.Advance(TimeSpan.FromDays(3));
        var group = new WorkerGroup("app", options: Options);
        group.Add(TestWorkers.Make(WorkerKind.Thread, stop => stop.Wait(), options: new WorkerOptions { TimeProvider = other }, name: "foreign"));
        group.Start();

        await group.StopAsync();

        var entry = group.Report.Entries.Should().ContainSingle().Which;
        entry.StopDuration.Should().Be(TimeSpan.Zero);
        entry.Offset.Should().Be(TimeSpan.Zero);
    }
}
