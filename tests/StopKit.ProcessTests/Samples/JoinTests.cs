namespace StopKit.ProcessTests.Samples;

public sealed class JoinTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task A_join_with_a_deadline_names_who_is_late_and_later_finds_all_ended()
    {
        var lines = await SampleRun.ToEndAsync("join");

        lines.Should().Equal(
            "late: worker",
            "thread: ended",
            "task: ended",
            "worker: late, last seen in SaveEverything",
            "all have ended: the database may be closed");
    }
}
