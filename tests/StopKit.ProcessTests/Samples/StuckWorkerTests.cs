namespace StopKit.ProcessTests.Samples;

public sealed class StuckWorkerTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task The_report_names_the_stuck_worker_first_and_where_it_was_last_seen()
    {
        var lines = await SampleRun.ToEndAsync("stuck-worker", exitCode: 1);

        lines.Take(2).Should().Equal("stopping", "app: Abandoned");
        lines[2].Should().MatchRegex(@"^app: 1 of 5 LATE after ");
        lines[3].Should().MatchRegex(@"^ +outcome +observed +ended +worker$");
        lines[4].Should().MatchRegex(@"^ +LATE +- +- +app/mail/archiver$");
        lines[5].Should().MatchRegex(@"^ +last seen: Archive, stuck-worker\.cs:\d+, .+ ago$");
        lines.Skip(6).Should().HaveCount(4).And.OnlyContain(line => line.Contains("Stopped", StringComparison.Ordinal));
        lines.Skip(6).Select(line => line.Split(' ')[^1]).Should().BeEquivalentTo(
            "app/database", "app/mail/sender-1", "app/mail/sender-2", "app/mail/sender-3");
        lines.Should().OnlyContain(line => line.Length <= 80);
    }
}
