using System.Diagnostics;

namespace StopKit.ProcessTests.Processes;

/// <summary>Of a process that was marked all that it has ever started is found, wherever it went.</summary>
public sealed class EnvironmentMarkTests
{
    private const int Limit = 120_000;

    // The first ignores the request from its birth, the second does not; "ready" is said when both are there.
    private const string Daemons = "setsid sh -c 'trap \"\" TERM; sleep 600 & trap - TERM; sleep 600 & echo ready' &";

    private static readonly ProcessStopOptions Patient = new() { Grace = TimeSpan.FromMinutes(1) };

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Daemons_are_stopped_also_if_the_root_has_ended(bool rootHasEnded)
    {
        string? mark = null;
        await using var victim = await Victim.StartAsync($"{Daemons} {(rootHasEnded ? "exit 7" : "exec sleep 600")}", start => mark = EnvironmentMark.Mark(start));
        await using var stranger = await Victim.StartAsync("echo ready; exec sleep 600", start => EnvironmentMark.Mark(start));
        if (rootHasEnded)
            await Eventually.BecomesTrueAsync(() => victim.Process.HasExited);
        await Eventually.BecomesTrueAsync(() => victim.CountOf("sleep") == (rootHasEnded ? 2 : 3));

        var result = await victim.StopAsync(() => victim.CountOf("sleep") == 1, mark);

        victim.Family.Should().BeEmpty();
        (result.Outcome, result.ExitCode).Should().Be(rootHasEnded ? (ProcessStopOutcome.AlreadyExited, 7) : (ProcessStopOutcome.Exited, 143));
        result.KilledDescendants.Should().ContainSingle("the other daemon obeyed");
        stranger.Process.HasExited.Should().BeFalse("its mark is another one");
    }

    [Fact(Timeout = Limit)]
    public async Task Who_forks_as_its_last_act_is_found()
    {
        string? mark = null;
        await using var victim = await Victim.StartAsync(
            "trap 'setsid sleep 600 & exit 6' TERM; echo ready; while :; do sleep 0.01; done", start => mark = EnvironmentMark.Mark(start));

        var result = await ProcessStop.StopAsync(victim.Process, mark, Patient, CancellationToken.None);

        (result.Outcome, result.ExitCode).Should().Be((ProcessStopOutcome.Exited, 6));
        victim.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_outer_mark_is_on_what_an_inner_one_marks()
    {
        string? outer = null;
        await using var victim = await Victim.StartAsync("echo ready; exit 0", start => outer = Mark(start));
        await using var inner = await Victim.StartAsync("echo ready; read line", start =>
        {
            start.Environment[EnvironmentMark.Variable] = outer;
            EnvironmentMark.Mark(start);
        });
        await Eventually.BecomesTrueAsync(() => victim.Process.HasExited);

        await ProcessStop.StopAsync(victim.Process, outer, Patient, CancellationToken.None);

        inner.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_mark_that_comes_with_another_program_is_seen_although_the_process_had_none_when_it_was_looked_at()
    {
        string? mark = null;
        await using var root = await Victim.StartAsync("echo ready; exit 0", start => mark = EnvironmentMark.Mark(start));
        await using var later = await Victim.StartAsync($"echo ready; read line; exec env {EnvironmentMark.Variable}={mark} sleep 600");
        await Eventually.BecomesTrueAsync(() => root.Process.HasExited);
        await ProcessStop.StopAsync(root.Process, mark, Patient, CancellationToken.None); // looks at all, and keeps what it saw
        later.Process.HasExited.Should().BeFalse();
        await later.Process.StandardInput.WriteLineAsync("go");
        await Eventually.BecomesTrueAsync(() => later.CountOf("sleep") == 1);

        await ProcessStop.StopAsync(root.Process, mark, Patient, CancellationToken.None);

        later.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_mark_is_seen_at_every_moment_of_a_process_that_becomes_one_program_after_another()
    {
        string? mark = null;
        await using var victim = await Victim.StartAsync(
            "self='exec sh -c \"$self\"'; export self; echo ready; exec sh -c \"$self\"", start => mark = EnvironmentMark.Mark(start));

        for (var look = 0; look < 3_000; look++)
            ProcessEntry.Read(victim.Id)!.HasMark(mark!).Should().BeTrue("look {0}", look);
    }

    [Fact(Timeout = Limit)]
    public async Task One_with_an_empty_environment_has_no_mark()
    {
        await using var victim = await Victim.StartAsync("echo ready; exec env -i sleep 600");
        await Eventually.BecomesTrueAsync(() => ProcessEntry.Read(victim.Id)!.Name() == "sleep");

        ProcessEntry.Read(victim.Id)!.HasMark("mark").Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task An_abort_that_has_come_before_kills_at_once_and_throws_nothing()
    {
        await using var victim = await Victim.StartAsync("trap '' TERM; echo ready; exec sleep 600");

        var result = await ProcessStop.StopAsync(victim.Process, null, new ProcessStopOptions { Grace = Timeout.InfiniteTimeSpan }, new CancellationToken(canceled: true));

        result.Outcome.Should().Be(ProcessStopOutcome.Killed);
    }

    private static string Mark(ProcessStartInfo start) => EnvironmentMark.Mark(start);
}
