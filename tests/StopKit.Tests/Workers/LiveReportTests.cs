namespace StopKit.Tests.Workers;

/// <summary>What a report says of a worker that runs, that is about to be told as ended, and that was given up.</summary>
public sealed class LiveReportTests
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_runs_is_Running_and_not_late_also_while_it_is_asked_to_stop()
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        await using var group = new WorkerGroup("app");
        group.Add("web", _ =>
        {
            isRunning.Open();
            mayEnd.Pass();
        });
        group.Start();
        await isRunning.PassAsync();
        group.RequestStop();

        var report = group.Report;

        report.Entries.Should().ContainSingle().Which.Outcome.Should().Be(WorkerOutcome.Running);
        report.Late.Should().BeEmpty();
        report.IsComplete.Should().BeFalse("it has not ended");
        mayEnd.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_was_given_up_is_late_until_it_has_ended()
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        var group = new WorkerGroup("app", options: new WorkerOptions { AbortPeriod = TimeSpan.Zero });
        group.Add("web", _ =>
        {
            isRunning.Open();
            mayEnd.Pass();
        });
        group.Start();
        await isRunning.PassAsync();

        (await Task.Run(() => group.Stop(TimeSpan.Zero))).Outcome.Should().Be(WorkerOutcome.Abandoned);

        group.Report.Late.Should().ContainSingle().Which.Outcome.Should().Be(WorkerOutcome.Abandoned);
        mayEnd.Open();
        await Task.Run(() => Patience.Until(() => group.Report.IsComplete));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task What_a_worker_says_of_itself_is_in_its_entry_and_behind_its_path_in_the_table()
    {
        await using var group = new WorkerGroup("app");
        group.Add(new Telling("requests", static () => "GET /slow/{id},\n6 s"));
        group.Add(new Telling("broken", static () => throw new InvalidOperationException()));
        group.Start();

        var report = group.Report;

        report.Entries.Select(static entry => entry.Detail).Should().Equal("GET /slow/{id}, 6 s", null);
        report.ToString().Should().Contain("app/requests: GET /slow/{id}, 6 s").And.EndWith("app/broken");
        Join.All(TimeSpan.Zero, group).ToString().Should().Contain("app/requests: GET /slow/{id}, 6 s");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_has_ended_is_not_called_late_in_the_moment_before_its_completion(WorkerKind kind)
    {
        StopReportEntry? entry = null;
        var group = new WorkerGroup("app");
        // The end is logged after the state was set and before the completion is told of it.
        var logger = new CallbackLogger { OnLog = id => entry = id == 2002 ? group.Report.Entries.Single(e => e.Path == "app/one") : entry };
        group.Add(TestWorkers.Make(kind, _ => { }, options: new WorkerOptions { Logger = logger }, name: "one"));

        group.Start();
        await group.Completion;

        Patience.Until(() => Volatile.Read(ref entry) is not null);
        entry!.Outcome.Should().Be(WorkerOutcome.Completed);
    }

    private sealed class Telling(string name, Func<string> detail) : AsyncWorker(name)
    {
        protected override string? ReportDetail => detail();

        protected override async Task RunAsync(StopToken stop) => await stop.WaitAsync();
    }
}
