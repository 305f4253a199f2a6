namespace StopKit.ProcessTests.Samples;

public sealed class ChildProcessTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task The_child_is_stopped_after_3_s_with_what_it_has_started_and_is_joined()
    {
        var lines = await SampleRun.ToEndAsync("child-process");

        lines[0].Should().Be("child: working");
        lines.SkipLast(3).Should().OnlyContain(line => line == "child: working");
        lines.TakeLast(3).Take(2).Should().Equal("child: putting away", "Stopped with exit code 5 (3 s are over)");
        lines[^1].Should().MatchRegex(@"^process \d+ is gone: True$");
    }
}
