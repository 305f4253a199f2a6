namespace StopKit.ProcessTests.Samples;

public sealed class SupervisorTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task What_fails_is_restarted_and_past_the_limit_stops_the_program_with_a_reason()
    {
        var lines = await SampleRun.ToEndAsync("supervisor", exitCode: 1);

        lines.Where(static line => line.StartsWith("app/feed: restart", StringComparison.Ordinal)).Should().Equal(
            "app/feed: restart 1 after: connection 1 was lost",
            "app/feed: restart 2 after: connection 2 was lost");
        lines.Where(static line => line.StartsWith("app/license: restart", StringComparison.Ordinal)).Should().Equal(
            "app/license: restart 1 after: no license, attempt 1",
            "app/license: restart 2 after: no license, attempt 2",
            "app/license: restart 3 after: no license, attempt 3");
        lines.TakeLast(4).Should().Equal(
            "app: Faulted, no license, attempt 4",
            "app/feed: Stopped, 2 restarts",
            "app/license: Faulted, 3 restarts",
            "app/api: Stopped, 0 restarts");
    }
}
