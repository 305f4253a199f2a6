namespace StopKit.ProcessTests.Samples;

public sealed class WorkerClassTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task Workers_with_arguments_do_their_work_and_clean_up_however_they_end()
    {
        var lines = await SampleRun.ToEndAsync("worker-class");

        lines.Should().HaveCount(7);
        lines.Take(5).Should().Equal(
            "greeter: hello", "greeter: hello", "greeter: hello", "greeter: goodbye", "greeter: Completed");
        // All that was written has come to the file, because the cleanup closed it.
        var written = lines[5].Should().MatchRegex(@"^writer: the file has [1-9]\d* lines$").And.Subject.Split(' ')[4];
        lines[6].Should().Be($"writer: Stopped, it wrote {written} lines");
    }
}
