namespace StopKit.ProcessTests.Processes;

/// <summary>Nobody but the process that was meant is ever signalled.</summary>
public sealed class IdentityTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task An_id_with_another_start_time_is_another_process()
    {
        await using var victim = await Victim.StartAsync("echo ready; exec sleep 600");
        var stamp = ProcessEntry.Read(victim.Id)!.Identity;

        using var found = LinuxProcess.Open(stamp);
        found!.Identity.Should().Be(stamp);
        foreach (var usePidfd in new[] { true, false })
            LinuxProcess.Open(stamp with { StartTicks = stamp.StartTicks - 1 }, usePidfd).Should().BeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_stranger_that_was_given_the_id_of_a_descendant_is_spared()
    {
        if (!await PidNamespace.IsPermittedAsync())
        {
            await An_id_with_another_start_time_is_another_process(); // the same without a kernel that gives an id twice
            return;
        }

        // In a namespace of its own, where nobody else takes ids, the kernel can be told which id comes next.
        var command = PidNamespace.Around(DotnetCommand.Host, Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"), "recycle-id");
        await using var child = ChildProcess.Start(command[0], command[1..]);

        (await child.WaitForExitAsync()).Should().Be(0, string.Join('\n', [.. child.Output.Lines, .. child.Errors.Lines]));

        child.Output.Lines.Should().Equal(
            "the id was given to a stranger",
            "through a pidfd: Gone",
            "by start time: Gone",
            "stopped: Killed, the stranger was killed: False, runs: True");
    }

    [Fact(Timeout = Limit)]
    public async Task A_process_that_may_not_be_signalled_is_left_alone()
    {
        using var folder = new TempFolder();
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var name = $"stranger-{Guid.NewGuid():N}";
        File.CreateSymbolicLink(folder.PathOf(name), "/bin/sh");
        await using var victim = await Victim.StartAsync([.. AsSomebodyElse(), folder.PathOf(name), "-c", "echo ready; read line"]);
        await using var child = ChildProcess.Start(
            "setpriv", "--bounding-set=-kill", "--inh-caps=-kill", DotnetCommand.Host, Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"), "stop-stranger", $"{ForeignId(victim)}",
            Environment.IsPrivilegedProcess ? name : "systemd");

        (await child.WaitForExitAsync()).Should().Be(0, string.Join('\n', child.Errors.Lines));

        child.Output.Lines.Should().Equal("by id: AccessDenied, False", "as an object: AccessDenied, False", "by name: 0 results");
        victim.Process.HasExited.Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task All_of_a_name_are_stopped_together_and_no_others()
    {
        using var folder = new TempFolder();
        var name = $"victim {Guid.NewGuid():N}"; // longer than what the kernel keeps of it
        File.CreateSymbolicLink(folder.PathOf(name), "/bin/sh");
        File.CreateSymbolicLink(folder.PathOf(name + "2"), "/bin/sh");
        await using var one = await Victim.StartAsync([folder.PathOf(name), "-c", "echo ready; read line"]);
        await using var two = await Victim.StartAsync([folder.PathOf(name), "-c", "trap '' TERM; echo ready; read line"]);
        await using var other = await Victim.StartAsync([folder.PathOf(name + "2"), "-c", "echo ready; read line"]);

        using var cut = new CancellationTokenSource();
        var stopping = ProcessStop.StopByNameAsync(name, new ProcessStopOptions { Grace = Timeout.InfiniteTimeSpan }, cut.Token);
        await Eventually.BecomesTrueAsync(() => one.Process.HasExited);
        await cut.CancelAsync();
        var results = await stopping;

        results.Select(result => (result.ProcessId, result.Outcome)).Should().BeEquivalentTo(
            [(one.Id, ProcessStopOutcome.Exited), (two.Id, ProcessStopOutcome.Killed)]);
        other.Process.HasExited.Should().BeFalse();
        (await ProcessStop.StopByNameAsync(name)).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_fork_that_has_yet_to_become_its_own_program_is_not_taken_for_one_of_its_parents_name()
    {
        using var folder = new TempFolder();
        var name = $"parent {Guid.NewGuid():N}";
        File.CreateSymbolicLink(folder.PathOf(name), "/bin/sh");
        await using var parent = await Victim.StartAsync(
            [folder.PathOf(name), "-c", "exec 3<&0; (read line <&3; exec sleep 600) & exec 3<&-; echo ready; wait"]);
        await Eventually.BecomesTrueAsync(() => parent.CountOf(name) == 2);
        var options = new ProcessStopOptions { EntireTree = false };
        Find(TimeSpan.Zero).Should().HaveCount(2, "both have the name, and none is looked at again");

        var finding = Task.Run(() => Find(TimeSpan.FromMinutes(1)));
        await parent.Process.StandardInput.WriteLineAsync("go");

        (await finding).Should().Equal(parent.Id);
        parent.CountOf("sleep").Should().Be(1);

        List<int> Find(TimeSpan forkLimit) => [.. LinuxSearch.Find(name, options, forkLimit).Select(target =>
        {
            using (target)
                return target.ProcessId;
        })];
    }

    [Fact(Timeout = Limit)]
    public async Task A_fork_that_keeps_its_parents_name_is_stopped_by_it_once_it_is_old_enough()
    {
        using var folder = new TempFolder();
        var name = $"parent {Guid.NewGuid():N}";
        File.CreateSymbolicLink(folder.PathOf(name), "/bin/sh");
        await using var parent = await Victim.StartAsync([folder.PathOf(name), "-c", "exec 3<&0; (read line <&3) & echo ready; wait"]);
        await Eventually.BecomesTrueAsync(() => parent.CountOf(name) == 2);

        var results = await ProcessStop.StopByNameAsync(name, new ProcessStopOptions { EntireTree = false, Grace = TimeSpan.FromMinutes(1) });

        results.Should().HaveCount(2);
        parent.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Two_hundred_share_one_grace_and_leave_neither_files_nor_zombies()
    {
        await using var child = ChildProcess.StartTestChild("stop-many", "200");

        (await child.WaitForExitAsync()).Should().Be(0, string.Join('\n', child.Errors.Lines));

        child.Output.Lines.Should().Equal("ready", "killed: 200", "in one grace: True", "files are back: True", "zombies: 0");
    }

    private static string[] AsSomebodyElse() =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

    // Without the right to become somebody else: the first process that somebody else has.
    private static int ForeignId(Victim victim) => Environment.IsPrivilegedProcess
        ? victim.Id
        : Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out var id) && id > 1).Select(int.Parse!)
            .First(id => ProcessEntry.Read(id) is { IsKernelThread: false } && LinuxProcess.Open(id)?.Send(0) == StopTarget.Answer.Denied);
}
