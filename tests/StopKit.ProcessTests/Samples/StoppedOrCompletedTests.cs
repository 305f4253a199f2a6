namespace StopKit.ProcessTests.Samples;

public sealed class StoppedOrCompletedTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task The_outcome_tells_work_that_was_stopped_from_work_that_was_done()
    {
        var lines = await SampleRun.ToEndAsync("stopped-or-completed");

        lines.Should().Equal(
            "patient: ran to its end",
            "hasty: stopped early, that is enough",
            "late: ran to its end");
    }
}
