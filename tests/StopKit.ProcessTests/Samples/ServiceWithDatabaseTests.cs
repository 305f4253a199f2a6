namespace StopKit.ProcessTests.Samples;

public sealed class ServiceWithDatabaseTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task The_api_starts_when_the_database_is_ready_and_ends_before_it_closes()
    {
        var lines = await SampleRun.ToEndAsync("service-with-database");

        // The group is ready as soon as the api runs, whose first line may come a moment later.
        lines.Where(static line => line != "app: ready").Should().Equal(
            "database: connects",
            "database: open",
            "api: serves, database open",
            "api: done, database open",
            "database: closed",
            "database closed, exit code 0");
        lines.Should().ContainSingle(static line => line == "app: ready");
    }
}
