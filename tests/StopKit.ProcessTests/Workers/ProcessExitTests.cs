namespace StopKit.ProcessTests.Workers;

/// <summary>Workers that still run when Main has returned.</summary>
public sealed class ProcessExitTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("background")]
    [InlineData("foreground")]
    [InlineData("async")]
    public async Task A_worker_that_wants_to_is_stopped_and_cleans_up_when_the_process_exits(string form)
    {
        await using var child = ChildProcess.StartTestChild("left-running", form);

        (await child.WaitForExitAsync(TimeSpan.FromSeconds(30))).Should().Be(7);
        child.Output.Lines.Should().Equal("main returns", "stopped: process is exiting", "cleaned up");
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_does_not_end_holds_the_exit_only_for_its_limit()
    {
        await using var child = ChildProcess.StartTestChild("left-running", "stuck");

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines.Should().Equal("main returns", "stopped: process is exiting");
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_did_not_ask_is_left_alone()
    {
        await using var child = ChildProcess.StartTestChild("left-running", "not-asked");

        (await child.WaitForExitAsync()).Should().Be(7);
        child.Output.Lines.Should().Equal("main returns");
    }
}
