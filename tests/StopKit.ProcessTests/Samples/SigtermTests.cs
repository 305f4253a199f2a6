using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class SigtermTests
{
    [Theory(Timeout = SampleRun.Limit)]
    [InlineData(0)]
    [InlineData(143, "--signal-exit-codes")]
    public async Task SIGTERM_is_told_apart_in_the_reason_and_by_option_in_the_exit_code(int code, params string[] arguments)
    {
        await using var program = await SampleProgram.StartAsync("sigterm", arguments);
        await program.WaitForLineAsync($"serving, my PID is {program.Id}");

        program.Signal(PosixSignal.SIGTERM);

        (await program.WaitForExitAsync()).Should().Be(code);
        program.Output.Lines[^1].Should().Be("SIGTERM received: cleaned up");
        program.Errors.Lines.Should().Equal(code == 0 ? [] : ["Exit code 143: SIGTERM received."]);
    }
}
