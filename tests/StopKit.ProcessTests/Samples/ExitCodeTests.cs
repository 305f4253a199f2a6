namespace StopKit.ProcessTests.Samples;

public sealed class ExitCodeTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task An_ExitException_runs_every_finally_block_and_gives_the_code()
    {
        await using var program = await SampleProgram.StartAsync("exit-code");

        (await program.WaitForExitAsync()).Should().Be(3);
        program.Output.Lines.Should().Equal("the database is closed", "main hears of it: orders.csv is not there");
        program.Errors.Lines.Should().Equal("main: exit with code 3: orders.csv is not there");
    }
}
