using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class CtrlCTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task Ctrl_C_ends_the_shortest_program_after_its_cleanup()
    {
        await using var program = await SampleProgram.StartAsync("ctrl-c");
        await program.WaitForLineAsync("working");

        program.Signal(PosixSignal.SIGINT);

        (await program.WaitForExitAsync()).Should().Be(0);
        program.Output.Lines[^1].Should().Be("Execution stopped: SIGINT received.");
        program.Output.Lines.SkipLast(1).Should().OnlyContain(line => line == "working");
        program.Errors.Lines.Should().BeSubsetOf([SampleRun.Hint]);
    }
}
