namespace StopKit.ProcessTests.Workers;

/// <summary>A stop that blocks needs no thread of the pool, whose threads may all be waiting for just that stop.</summary>
public sealed class ExhaustedPoolTests
{
    [Fact(Timeout = 120_000)]
    public async Task Neither_a_callback_that_blocks_nor_the_end_of_a_grace_keeps_a_stop_from_ending()
    {
        await using var child = ChildProcess.StartTestChild("stop-without-pool");

        (await child.WaitForExitAsync(TimeSpan.FromSeconds(30))).Should().Be(7);
        child.Output.Lines.Should().Equal("Stopped", "Aborted");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("request", "Stopped")]
    [InlineData("fault", "Faulted")]
    [InlineData("before-start", "Stopped")]
    public async Task A_group_of_threads_is_stopped_in_order(string form, string outcome)
    {
        await using var child = ChildProcess.StartTestChild("stop-group-without-pool", form);

        (await child.WaitForExitAsync(TimeSpan.FromSeconds(60))).Should().Be(7);
        child.Output.Lines.Should().Equal("web: Stopping", "sender: Stopping", "cache: Stopping", outcome);
    }
}
