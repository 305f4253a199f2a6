namespace StopKit.Tests.Patterns;

/// <summary>P6, stop another process by its id: asked, it ends by itself; its code says so. Trees, names and recycled ids: see the process tests.</summary>
public sealed class P06StopAnotherProcess
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task It_is_asked_and_puts_its_things_away_and_nothing_has_to_be_killed()
    {
        using var process = Shell.Start("trap 'echo put away; exit 7' TERM; echo ready; while :; do sleep 0.01; done");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("ready");

        var result = await ProcessStop.StopByIdAsync(process.Id, new ProcessStopOptions { Grace = Patience.Limit });

        (result.Outcome, result.Signal, result.IsConfirmed).Should().Be((ProcessStopOutcome.Exited, null, true));
        await process.WaitForExitAsync(); // by its id it is seen to end before this object, which waits for SIGCHLD, knows it
        (process.ExitCode, await process.StandardOutput.ReadToEndAsync()).Should().Be((7, "put away\n"));
    }
}
