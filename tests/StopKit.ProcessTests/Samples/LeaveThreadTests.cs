namespace StopKit.ProcessTests.Samples;

public sealed class LeaveThreadTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task An_ExitException_ends_one_worker_and_the_other_goes_on_until_it_is_stopped()
    {
        var lines = await SampleRun.ToEndAsync("leave-thread");

        // When the other one begins is its own business.
        lines.Should().Contain("other: at work");
        lines.Where(line => line != "other: at work").Should().Equal(
            "leaver: cleaned up",
            "leaver: Exited with code 3, \"nothing to do\"",
            "other: Running",
            "other: asked to stop",
            "other: Stopped");
    }
}
