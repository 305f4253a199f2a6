using System.Globalization;

namespace StopKit.ProcessTests.Processes;

/// <summary>Daemons that leave the tree by a double fork, into a session of their own, and clean their environment.</summary>
/// <remarks>Each is run in a program of its own, because the containment is a property of the whole program.</remarks>
public sealed class SubreaperTests
{
    private const int Limit = 240_000;

    [Theory(Timeout = Limit)]
    [InlineData("stopped")]
    [InlineData("ends-itself")]
    public async Task Daemons_are_stopped_with_their_own_worker_and_reaped(string form)
    {
        await using var child = ChildProcess.StartTestChild("daemons", form);

        await child.ShouldExitAsync(0);

        child.Output.Lines.Should().Equal(
            "first daemon runs: False, and is reaped: True",
            "second daemon runs: True",
            "a daemon of another child runs: True",
            "after its worker: False",
            "exit code of another child: 7",
            "subreaper: False");
    }

    [Fact(Timeout = Limit)]
    public async Task Orphans_that_end_by_themselves_are_reaped_while_the_worker_runs()
    {
        await using var child = ChildProcess.StartTestChild("daemons", "short-lived");

        await child.ShouldExitAsync(0);

        child.Output.Lines.Should().Equal("zombies: 0");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_it_such_a_daemon_is_not_found()
    {
        await using var shell = await ShellWorker.StartAsync(
            "setsid env -i sh -c 'sleep 600 >/dev/null & echo daemon $!'; echo ready; exec sleep 600");
        var daemon = ProcessIdentity.Find(int.Parse(shell.Output.Lines[0].Split(' ')[1], CultureInfo.InvariantCulture))!.Value;

        await shell.Worker.StopAsync();

        daemon.IsRunning.Should().BeTrue();
        _ = NativeMethods.Kill(daemon.Id, NativeMethods.SigKill);
    }
}
