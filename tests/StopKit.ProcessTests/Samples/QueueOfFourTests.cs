using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Samples;

public sealed class QueueOfFourTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task What_fails_is_tried_again_what_stays_broken_is_skipped_and_nothing_is_lost()
    {
        var lines = await SampleRun.ToEndAsync("queue-of-four");

        lines.SkipLast(2).Order().Should().Equal(
            "mail 13: no such address, attempt 1",
            "mail 13: no such address, attempt 2",
            "mail 13: no such address, attempt 3",
            "mail 3: the line is busy, attempt 1",
            "mail 7: the line is busy, attempt 1");
        lines.TakeLast(2).Should().Equal("mailer: Completed", "20 accepted, 1 skipped, 0 handed back");
    }
}
