namespace StopKit.ProcessTests.Samples;

public sealed class TestAWorkerTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task The_worker_passes_its_test() => (await SampleRun.ToEndAsync("test-a-worker")).Should().Equal("passed");
}
