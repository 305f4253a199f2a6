namespace StopKit.ProcessTests.Processes;

/// <summary>A process is stopped with all that descends from it.</summary>
public sealed class TreeTests
{
    private const int Limit = 120_000;

    private static readonly ProcessStopOptions Patient = new() { Grace = TimeSpan.FromMinutes(1) };
    private static readonly ProcessStopOptions Brief = new() { Grace = TimeSpan.FromMilliseconds(300) };

    // Six, three deep, and all but the root ignore the request; one forks all the time, and all hold the output open. Three of them say that they are ready.
    private const string Tree =
        "( trap '' TERM; (exec sleep 600) & (while :; do sleep 0.02; done) & echo ready; wait ) & ( trap '' TERM; (exec sleep 600) & echo ready; wait ) & ";

    [Theory(Timeout = Limit)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task All_are_gone_after_the_grace_also_those_whose_parent_obeyed(bool inOwnSession, bool rootObeys)
    {
        var script = $"trap '{(rootObeys ? "exit 5" : ":")}' TERM; {Tree} echo ready; while :; do wait; done";
        await using var victim = await Victim.StartAsync(inOwnSession ? ["setsid", "sh", "-c", script] : ["sh", "-c", script]);
        await victim.WaitForLineAsync("ready");
        await victim.WaitForLineAsync("ready");
        var members = await victim.WaitForFamilyAsync(6);

        var result = rootObeys ? await victim.StopAsync(() => victim.Process.HasExited) : await victim.Process.StopAsync(Brief);

        members.Where(member => member.IsRunning).Should().BeEmpty();
        victim.Family.Should().BeEmpty();
        (result.Outcome, result.ExitCode, result.IsConfirmed).Should().Be(
            rootObeys ? (ProcessStopOutcome.Exited, 5, true) : (ProcessStopOutcome.Killed, 137, true));
        result.KilledDescendants.Should().HaveCountGreaterThanOrEqualTo(5).And.OnlyHaveUniqueItems().And.NotContain(victim.Id);
    }

    [Fact(Timeout = Limit)]
    public async Task Orphans_of_one_that_obeyed_are_asked_and_need_not_be_killed()
    {
        await using var victim = await Victim.StartAsync(
            "trap 'exit 5' TERM; (trap 'echo bye; exit' TERM; echo ready; while :; do sleep 0.01; done) & while :; do wait; done");
        await victim.WaitForFamilyAsync(2);

        var result = await victim.Process.StopAsync(Patient);

        (result.Outcome, result.ExitCode).Should().Be((ProcessStopOutcome.Exited, 5));
        result.KilledDescendants.Should().BeEmpty();
        victim.Family.Should().BeEmpty();
        await victim.WaitForLineAsync("bye");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_root_is_asked_while_it_handles_its_children_itself()
    {
        await using var victim = await Victim.StartAsync(
            "(trap 'echo asked by us; exit' TERM; while :; do sleep 0.01; done) & child=$!; trap 'sleep 0.2; kill -KILL $child; exit 6' TERM; echo ready; while :; do wait; done");
        await victim.WaitForFamilyAsync(2);

        var result = await victim.Process.StopAsync(Patient);

        (result.Outcome, result.ExitCode).Should().Be((ProcessStopOutcome.Exited, 6));
        (await victim.Process.StandardOutput.ReadToEndAsync()).Should().BeEmpty("the child was not asked");
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_forks_as_fast_as_it_can_is_killed_with_all_that_it_forks()
    {
        await using var victim = await Victim.StartAsync("trap '' TERM; echo ready; while :; do sleep 0.5 & done");

        var result = await victim.Process.StopAsync(new ProcessStopOptions { Grace = TimeSpan.FromMilliseconds(50) });

        (result.Outcome, result.IsConfirmed).Should().Be((ProcessStopOutcome.Killed, true));
        victim.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Who_was_orphaned_before_is_found_in_a_session_that_the_root_leads()
    {
        await using var victim = await Victim.StartAsync(["setsid", "sh", "-c", "(trap '' TERM; echo ready; exec sleep 600) & (sleep 600 &); exec sleep 600"]);
        await Eventually.BecomesTrueAsync(() => victim.CountOf("sleep") == 3);

        var result = await victim.StopAsync(() => victim.CountOf("sleep") == 1);

        victim.Family.Should().BeEmpty();
        result.KilledDescendants.Should().ContainSingle("the other one obeyed when it was asked");
    }

    [Fact(Timeout = Limit)]
    public async Task A_caller_that_descends_from_the_root_outlives_it_with_its_own_children()
    {
        await using var victim = await Victim.StartAsync(
            $"trap '' TERM; sleep 600 & '{DotnetCommand.Host}' '{Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll")}' stop-parent & echo ready; while :; do wait; done");

        await victim.WaitForLineAsync("Killed, 1 descendant killed, own child runs: True");

        await Eventually.BecomesTrueAsync(() => victim.Family.Count == 0);
    }

    [Fact(Timeout = Limit)]
    public async Task What_does_not_die_is_named_after_the_limit()
    {
        if (!await PidNamespace.IsPermittedAsync())
            return; // nothing else that a test can make survives SIGKILL
        // The first process of a namespace cannot end before all in it are reaped, and one there belongs to a parent outside that never does so.
        await using var outer = await Victim.StartAsync(PidNamespace.Around("sh", "-c", "echo ready; sleep 600; :"));
        var id = outer.Family.Select(member => member.Id).First(id => ProcessEntry.Read(id)?.ParentId == outer.Id);
        await using var holder = await Victim.StartAsync(PidNamespace.ForChildrenOf(id, "sh", "-c", "sleep 600 & echo ready; exec sleep 600"));

        var result = await ProcessStop.StopByIdAsync(id, new ProcessStopOptions { Grace = TimeSpan.Zero, KillLimit = TimeSpan.FromSeconds(3) });

        (result.Outcome, result.IsConfirmed, result.ExitCode).Should().Be((ProcessStopOutcome.Killed, false, null));
        result.Survivors.Should().Equal(id);
        result.ToString().Should().EndWith($"; not ended: {id}");
        await holder.DisposeAsync();
        await Eventually.BecomesTrueAsync(() => ProcessEntry.Read(id) is null or { HasEnded: true });
    }
}
