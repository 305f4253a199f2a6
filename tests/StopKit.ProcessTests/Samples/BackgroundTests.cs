namespace StopKit.ProcessTests.Samples;

public sealed class BackgroundTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task A_background_worker_ends_abruptly_unless_it_asked_for_time()
    {
        await using var program = await SampleProgram.StartAsync("background");

        (await program.WaitForExitAsync()).Should().Be(0);
        program.Output.Lines.Should().Equal("abrupt: file open", "polite: file open", "main returns", "polite: file closed (process is exiting)");
    }
}
