namespace StopKit.ProcessTests.Forced;

/// <summary>The abort's column of the table in the remarks of <c>ForcedStop</c>, against the runtime itself; the interrupt's is in StopKit.Tests.</summary>
public sealed class ForcedAbortTests
{
    [Fact(Timeout = 120_000)]
    public async Task It_ends_waits_and_running_code_but_no_handlers_that_run_and_no_native_calls()
    {
        string[] cutOff =
        [
            "runs", "runs and catches everything", "sleeps", "takes a lock", "waits for a handle", "waits for a task", "waits in catch",
            "waits in finally after an exception", "runs in finally",
        ];
        string[] stays = ["waits again", "reads a pipe", "calls native code", "runs in catch", "runs in finally after an exception"];
        await using var child = ChildProcess.StartTestChild("forced-abort", $"{cutOff.Length}");

        var exitCode = await child.WaitForExitAsync();

        child.Errors.Lines.Should().BeEmpty();
        child.Output.Lines.Should().BeEquivalentTo(
            [
                .. cutOff.Select(name => $"{name}: cut off (too late)"),
                .. stays.Select(name => $"{name}: stays"),
                "rests of finally blocks that ran: 0",
            ]);
        exitCode.Should().Be(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_code_is_compiled_ahead_of_time_it_says_so_and_what_to_do_instead()
    {
        await using var child = ChildProcess.StartTestChild("forced-unsupported");

        (await child.WaitForExitAsync()).Should().Be(0);
        child.Output.Lines.Should().ContainSingle().Which.Should().StartWith("False This platform cannot cut off code").And.Contain("child process");
    }
}
