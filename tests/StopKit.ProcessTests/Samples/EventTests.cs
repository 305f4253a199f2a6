namespace StopKit.ProcessTests.Samples;

public sealed class EventTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task One_event_lets_several_loops_work_and_pause_and_the_stop_ends_them()
    {
        var lines = await SampleRun.ToEndAsync("event");

        lines.Should().Equal(
            "before: 0 pieces of work",
            "set: every loop works",
            "reset: every loop pauses",
            "set again: every loop works",
            "loop-1: Stopped",
            "loop-2: Stopped",
            "loop-3: Stopped");
    }
}
