using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>One Ctrl+C counts once, also when the program has a handler of its own.</summary>
public sealed class OwnHandlerTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("key", "first")]
    [InlineData("key", "later")]
    [InlineData("key-cancels", "first")]
    [InlineData("key-cancels", "later")]
    [InlineData("registration", "first")]
    [InlineData("registration", "later")]
    [InlineData("registration-cancels", "first")]
    [InlineData("registration-cancels", "later")]
    public async Task It_stops_and_does_not_abort(string handler, string place)
    {
        // Without the debounce, which would hide that it is counted twice.
        await using var child = ChildProcess.StartTestChild("own-handler", handler, place, "debounce=0", "grace=-1", "hint=h");
        await child.WaitForLineAsync("ready");

        child.Signal(PosixSignal.SIGINT);
        await child.Errors.WaitForLineAsync("h");
        await Eventually.BecomesTrueAsync(() => child.Output.Lines.Count == 3); // both handlers, in any order
        child.Input.Close();

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines.Should().BeEquivalentTo("ready", "own handler", "stopping: SIGINT received", "ends, abort: none");
    }
}
