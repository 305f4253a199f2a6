using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class PressThreeTimesTests
{
    [Theory(Timeout = SampleRun.Limit)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_second_press_aborts_and_the_third_ends_at_once(int presses)
    {
        await using var program = await SampleProgram.StartAsync("press-three-times");
        await program.WaitForLineAsync("busy: working");

        program.Signal(PosixSignal.SIGINT);
        await program.WaitForLineAsync("willing: stopped");
        // Once more, when what says that the first one counted is further back than the debounce is long.
        await program.Errors.WaitForLineAsync(SampleRun.Hint);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        program.Signal(PosixSignal.SIGINT);
        await program.WaitForLineAsync("busy: aborted");
        if (presses == 3)
        {
            (await program.SignalUntilExitAsync(PosixSignal.SIGINT)).Should().Be(130);
            program.Errors.Lines[0].Should().Be(SampleRun.Hint);
            program.Errors.Lines[^1].Should().Be("Exit code 130: ended at once (SIGINT received a third time).");
            return;
        }

        (await program.WaitForExitAsync()).Should().Be(130);
        program.Output.Lines.Should().BeEquivalentTo("busy: working", "willing: stopped", "busy: aborted");
        program.Errors.Lines[0].Should().Be(SampleRun.Hint);
        program.Errors.Lines[1].Should().StartWith("app: 1 of 3 LATE after ");
        program.Errors.Lines[3].Should().StartWith("  LATE ").And.EndWith(" app/stuck");
    }
}
