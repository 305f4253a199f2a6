namespace StopKit.ProcessTests.Samples;

public sealed class FlagTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task A_flag_is_seen_after_the_pause_and_a_token_at_once()
    {
        var lines = await SampleRun.ToEndAsync("flag");

        lines.Where(line => !line.EndsWith("working", StringComparison.Ordinal)).Should().Equal(
            "flag: set first here, before",
            "flag: ended when its pause was over",
            "token: ended at once because that is enough");
        lines.Should().ContainSingle(line => line == "flag: working").And.ContainSingle(line => line == "token: working");
    }
}
