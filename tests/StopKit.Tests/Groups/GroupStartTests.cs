namespace StopKit.Tests.Groups;

/// <summary>Whatever goes wrong while a group starts, every member that was started can be stopped.</summary>
public sealed class GroupStartTests : IDisposable
{
    private readonly WorkerGroup _group = new("app");

    public void Dispose() => _group.Dispose();

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_member_that_is_disposed_while_the_group_starts_counts_as_not_run(WorkerKind kind)
    {
        var hasRun = false;
        var victim = TestWorkers.Make(kind, _ => hasRun = true, name: "victim");
        _group.Add("first", stop => stop.Wait(), order: 0);
        _group.Add(victim, order: 1);
        _group.Add("last", stop => stop.Wait(), order: 2);
        Exception? thrown = null;
        // In the middle of the Dispose: the worker is marked as disposed, but has not ended.
        using var callback = victim.StopToken.OnStop(_ => thrown = Record.Exception(() => _group.Start()));

        victim.Dispose();
        var result = await _group.StopAsync();

        thrown.Should().BeNull();
        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        _group.Report.Entries.Select(entry => $"{entry.Path}: {entry.Outcome}").Should().Equal(
            "app/first: Stopped", "app/victim: NotRun", "app/last: Stopped");
        hasRun.Should().BeFalse();
    }
}
