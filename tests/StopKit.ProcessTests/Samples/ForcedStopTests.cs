namespace StopKit.ProcessTests.Samples;

public sealed class ForcedStopTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task What_waits_is_cut_off_in_the_middle_and_what_runs_is_abandoned()
    {
        var lines = await SampleRun.ToEndAsync("forced-stop");

        lines.Should().Equal("waiting: half of the file is written", "waiting: cut off", "waiting: Aborted", "running: Abandoned");
    }
}
