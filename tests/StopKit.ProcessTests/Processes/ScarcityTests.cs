namespace StopKit.ProcessTests.Processes;

/// <summary>A stop whose program runs out of what programs usually have: file descriptors, or threads of the pool.</summary>
public sealed class ScarcityTests
{
    private const int Limit = 240_000;

    [Theory(Timeout = Limit)]
    [InlineData("during-grace")]
    [InlineData("before-stop")]
    public async Task Without_file_descriptors_the_whole_tree_is_killed_and_confirmed(string when)
    {
        await using var child = StartWithFewFiles(when);

        (await child.WaitForExitAsync()).Should().Be(0, string.Join('\n', child.Errors.Lines));

        child.Output.Lines.Should().Equal("Killed, confirmed: True, descendants killed: 3");
        child.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Without_file_descriptors_all_that_was_seen_is_killed_and_the_result_says_what_was_not_looked_for()
    {
        await using var child = StartWithFewFiles("always-taken");

        (await child.WaitForExitAsync()).Should().Be(0, string.Join('\n', child.Errors.Lines));

        child.Output.Lines.Should().ContainSingle().Which.Should().BeOneOf(
            "Killed, confirmed: False, seen ones run: 0, told why: True",
            "Killed, confirmed: True, seen ones run: 0, told why: False"); // our spare files were faster: then the newcomer was found too
    }

    [Fact(Timeout = Limit)]
    public async Task Without_file_descriptors_for_any_step_of_a_stop_a_child_is_killed_and_confirmed()
    {
        await using var child = StartWithFewFiles("always-taken-before-stop");

        (await child.WaitForExitAsync()).Should().Be(0, string.Join('\n', child.Errors.Lines));

        child.Output.Lines.Should().Equal("Killed, root runs: False");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_free_thread_of_the_pool_processes_and_workers_are_stopped()
    {
        await using var child = ChildProcess.StartTestChild("stop-processes-without-pool");

        (await child.WaitForExitAsync()).Should().Be(0, string.Join('\n', child.Errors.Lines));

        child.Output.Lines.Should().Equal(
            "one that obeys: Exited", "one that does not: Killed", "by id: Exited", "a worker: Stopped", "a worker that does not obey: Aborted");
        child.Family.Should().BeEmpty();
    }

    private static ChildProcess StartWithFewFiles(string form) => ChildProcess.Start(
        "sh", "-c", $"ulimit -n 400; exec {DotnetCommand.Host} {Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll")} stop-without-files {form}");
}
