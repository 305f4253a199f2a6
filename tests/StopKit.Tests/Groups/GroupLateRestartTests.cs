namespace StopKit.Tests.Groups;

/// <summary>Nothing is restarted beside an instance that is late.</summary>
public sealed class GroupLateRestartTests : IDisposable
{
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbortPeriod = TimeSpan.FromSeconds(3);

    private readonly ManualClock _clock = new();
    private readonly ListLogger _logger = new();
    private readonly Gate _release = new();
    private readonly Gate _isRunning = new();
    private int _runs;

    public void Dispose() => _release.Open();

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_child_group_that_left_a_member_behind_is_restarted_only_when_that_one_has_ended(int depth)
    {
        var app = await LeftBehind(depth);

        _clock.Advance(TimeSpan.FromHours(1));

        Volatile.Read(ref _runs).Should().Be(1);
        var report = app.Report;
        report.IsComplete.Should().BeFalse();
        report.Late.Should().ContainSingle().Which.Path.Should().EndWith("/user");
        report.Late[0].Outcome.Should().Be(WorkerOutcome.Abandoned);
        app.StopToken.IsStopRequested.Should().BeFalse();

        _release.Open();
        Patience.Until(() => Count(2006) == 1);
        _clock.AdvanceOnceWaitedOn(Backoff);
        Patience.Until(() => Volatile.Read(ref _runs) == 2);

        (await app.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
        app.Report.IsComplete.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_meanwhile_ends_the_group_with_the_late_one_in_its_report()
    {
        var app = await LeftBehind(depth: 1);

        var result = await app.StopAsync();

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        Volatile.Read(ref _runs).Should().Be(1);
        app.Report.Late.Should().ContainSingle().Which.Path.Should().Be("app/db/user");
        _release.Open();
        Patience.Until(() => app.Report.IsComplete);
    }

    /// <summary>A group whose child group has failed and ended without one of its members.</summary>
    private async Task<WorkerGroup> LeftBehind(int depth)
    {
        var app = new WorkerGroup("app", FailurePolicy.Restart(Backoff, limit: 5), Options(TimeSpan.FromSeconds(30)));
        var children = new List<WorkerGroup>();
        app.Add(() =>
        {
            var db = new WorkerGroup("db", options: Options(Grace));
            children.Add(db);
            var group = db;
            for (var level = 1; level < depth; level++)
            {
                var child = new WorkerGroup($"level-{level}", options: Options(Grace));
                group.Add(child);
                group = child;
            }

            var isFirst = children.Count == 1;
            group.Add("user", stop =>
            {
                Interlocked.Increment(ref _runs);
                _isRunning.Open();
                if (isFirst)
                    _release.Pass();
                else
                    stop.Wait();
            });
            group.Add("broken", async stop =>
            {
                await _isRunning.PassAsync();
                if (isFirst)
                    throw new InvalidDataException("bad header");
                await stop.WaitAsync(Timeout.InfiniteTimeSpan);
            });
            return db;
        });
        app.Start();
        await _isRunning.PassAsync();

        Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1)); // through the grace and the abort period, however many timers stand for them
            return children[0].Completion.IsCompleted;
        });
        (await children[0].Completion).Outcome.Should().Be(WorkerOutcome.Abandoned);
        Patience.Until(() => Count(2007) == 1);
        return app;
    }

    private int Count(int eventId) => _logger.Entries.Count(entry => entry.Id == eventId);

    private WorkerOptions Options(TimeSpan grace) => new() { TimeProvider = _clock, Logger = _logger, Grace = grace, AbortPeriod = AbortPeriod };
}
