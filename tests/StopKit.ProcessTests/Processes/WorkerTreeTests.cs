using System.Globalization;

namespace StopKit.ProcessTests.Processes;

/// <summary>A <see cref="ProcessWorker"/> and what its process starts; in groups; and when this process ends.</summary>
public sealed class WorkerTreeTests
{
    private const int Limit = 120_000;

    // By a shell that ends at once, into a session of its own: nothing but the variable in its environment tells where it came from.
    private const string Daemon = "setsid sh -c 'sleep 600 >/dev/null & echo $!'";

    [Fact(Timeout = Limit)]
    public async Task A_daemon_that_it_has_started_is_stopped_with_it()
    {
        await using var shell = await ShellWorker.StartAsync($"{Daemon}; echo ready; exec sleep 600");
        await Eventually.BecomesTrueAsync(() => shell.Family.Count == 2);

        (await shell.Worker.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);

        shell.Family.Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_it_leaves_behind_at_its_own_end_is_stopped_unless_the_option_says_not(bool isEntireTree)
    {
        await using var shell = ShellWorker.Make($"{Daemon}; exit 0", line => new ProcessWorkerOptions { OutputLine = line, EntireTree = isEntireTree });

        (await shell.RunAsync()).Should().Match<WorkerResult>(result => result.Outcome == WorkerOutcome.Completed && result.ExitCode == 0);

        await Eventually.BecomesTrueAsync(() => shell.Family.Count == (isEntireTree ? 0 : 1));
    }

    [Fact(Timeout = Limit)]
    public async Task A_group_that_is_aborted_takes_it_along()
    {
        await using var shell = ShellWorker.Make("trap '' TERM; echo ready; while :; do sleep 0.01; done");
        var inner = new WorkerGroup("inner", options: ShellWorker.Patient);
        inner.Add(shell.Worker);
        var outer = new WorkerGroup("outer", options: ShellWorker.Patient);
        outer.Add(inner);
        outer.Start();
        await shell.Output.WaitForLineAsync("ready");

        outer.RequestAbort("too late");

        (await outer.Completion).Outcome.Should().Be(WorkerOutcome.Aborted);
        shell.Family.Should().BeEmpty();
        outer.Report.Entries.Should().ContainSingle().Which.Should().Match<StopReportEntry>(
            entry => entry.Path == "outer/inner/shell" && entry.Outcome == WorkerOutcome.Aborted && entry.ExitCode == 137);
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_fails_is_made_anew_by_the_restart_policy()
    {
        using var folder = new TempFolder();
        var shells = new List<ShellWorker>();
        var group = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromMilliseconds(1), limit: 3));
        group.Add(() =>
        {
            // Each run adds a line; the third one is content.
            shells.Add(ShellWorker.Make($"cd {folder.Path}; echo run >>runs; [ $(wc -l <runs) -ge 3 ]"));
            return shells[^1].Worker;
        });
        group.Start();

        (await group.Completion.WaitAsync(ChildProcess.DefaultTimeout)).Outcome.Should().Be(WorkerOutcome.Completed);

        var outcomes = await Task.WhenAll(shells.Select(shell => shell.Worker.Completion));
        outcomes.Select(result => (result.Outcome, result.ExitCode)).Should().Equal(
            (WorkerOutcome.Faulted, 1), (WorkerOutcome.Faulted, 1), (WorkerOutcome.Completed, 0));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_ends_with_a_parent_that_is_killed_if_that_is_asked_for(bool endsWithParent)
    {
        await using var parent = ChildProcess.StartTestChild("process-worker", endsWithParent ? "tied" : "untied");
        var id = int.Parse(await parent.WaitForLineAsync(line => line.Length > 0), CultureInfo.InvariantCulture);
        var child = ProcessIdentity.Find(id)!.Value;

        parent.Signal(NativeMethods.SigKill);

        if (endsWithParent)
            await Eventually.BecomesTrueAsync(() => !child.IsRunning);
        await Eventually.BecomesTrueAsync(() => parent.Family.Count == (endsWithParent ? 0 : 1));
        child.IsRunning.Should().Be(!endsWithParent);
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_stopped_when_the_program_ends_normally_if_that_is_asked_for()
    {
        await using var parent = ChildProcess.StartTestChild("process-worker", "left-running");

        (await parent.WaitForExitAsync()).Should().Be(0);

        parent.Output.Lines.Should().Equal("ready", "asked");
        parent.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_is_tied_to_its_parent_lives_until_its_own_end_and_has_its_arguments_and_its_code()
    {
        await using var shell = await ShellWorker.StartAsync(
            "echo ready; read line; echo \"$line\"; exit 4",
            line => new ProcessWorkerOptions { OutputLine = line, OutputLimit = ChildProcess.DefaultTimeout, EndWithParent = true, CloseInputOnStop = true });
        // The threads of the pool come and go; it hangs on none of them.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => shell.Family.Count)));

        await shell.Worker.StandardInput!.WriteLineAsync("two  words");

        (await shell.EndAsync()).Should().Match<WorkerResult>(result => result.Outcome == WorkerOutcome.Faulted && result.ExitCode == 4);
        shell.Output.Lines.Should().Equal("ready", "two  words");
    }
}
