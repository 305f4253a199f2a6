namespace StopKit.ProcessTests.Harness;

public sealed class ChildCleanUpTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Dispose_kills_a_child_that_ignores_every_request()
    {
        var child = ChildProcess.Start("sh", "-c", "trap '' INT TERM HUP QUIT; echo ready; while :; do sleep 0.01; done");
        await child.WaitForLineAsync("ready");
        var identity = ProcessIdentity.Find(child.Id)!.Value;

        await child.DisposeAsync();

        identity.Exists.Should().BeFalse();
    }

    [Theory(Timeout = Limit)]
    [InlineData("a child's child", "sh -c 'sleep 600; :' & echo ready; wait")]
    [InlineData("one whose parent ended", "(sleep 600 & sleep 600 &) ; echo ready; sleep 600; :")]
    [InlineData("one in a session of its own", "setsid sleep 600 & setsid sh -c 'setsid sleep 600 & sleep 600; :' & echo ready; wait")]
    [InlineData("one whose parents have all ended", "setsid sleep 600 & setsid sleep 600 & echo ready")]
    public async Task Dispose_kills_every_descendant(string kind, string script)
    {
        var child = ChildProcess.Start("sh", "-c", script);
        await child.WaitForLineAsync("ready");
        IReadOnlyList<ProcessIdentity> members = [];
        await Eventually.BecomesTrueAsync(() => (members = child.Family).Count > 0); // one that is just becoming another program cannot be seen

        await child.DisposeAsync();

        child.Family.Should().BeEmpty(kind);
        await Eventually.BecomesTrueAsync(() => !members.Any(member => member.IsRunning));
    }

    [Fact]
    public void A_process_with_the_same_ID_and_another_start_time_is_another_one()
    {
        var own = ProcessIdentity.Find(Environment.ProcessId)!.Value;

        own.Exists.Should().BeTrue();
        own.IsRunning.Should().BeTrue();
        (own with { StartTicks = own.StartTicks - 1 }).Exists.Should().BeFalse();
        (own with { StartTicks = own.StartTicks - 1 }).IsRunning.Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_zombie_exists_but_does_not_run()
    {
        // The shell starts a process that ends, and becomes a program that never asks for its exit code.
        await using var child = ChildProcess.Start("sh", "-c", "sh -c 'echo $$' & exec sleep 600");
        var id = int.Parse(await child.WaitForLineAsync(_ => true));
        var zombie = ProcessIdentity.Find(id)!.Value;

        await Eventually.BecomesTrueAsync(() => !zombie.IsRunning);

        zombie.Exists.Should().BeTrue();
    }
}
