using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Processes;

/// <summary>What a process may do when it is asked, and what the result says of it.</summary>
public sealed class HowItEndsTests
{
    private const int Limit = 120_000;
    private const int Stop = 19; // SIGSTOP
    private const int NoId = 4_194_304; // one more than the largest
    private const string Loop = "while :; do sleep 0.01; done";

    private static readonly ProcessStopOptions Patient = new() { Grace = TimeSpan.FromMinutes(1) };
    private static readonly ProcessStopOptions Brief = new() { Grace = TimeSpan.FromMilliseconds(100) };

    // Only since then the kernel itself says how a process ended that is gone; before, exit(143) may be taken for SIGTERM.
    private static readonly bool KernelTells = Environment.OSVersion.Version >= new Version(6, 15);

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(143)]
    public async Task One_that_obeys_exits_with_its_own_code(int code)
    {
        await using var victim = await Victim.StartAsync($"trap 'exit {code}' TERM; echo ready; {Loop}");

        var result = await victim.Process.StopAsync(Patient);

        (result.Outcome, result.ProcessId, result.ExitCode, result.IsConfirmed).Should().Be((ProcessStopOutcome.Exited, victim.Id, code, true));
        if (KernelTells || code != 143)
            result.Signal.Should().BeNull("it chose that code itself");
        (victim.Process.HasExited, victim.Process.ExitCode).Should().Be((true, code), "it is reaped");
        result.ToString().Should().StartWith($"process {victim.Id} ");
    }

    [Theory(Timeout = Limit)]
    [InlineData(PosixSignal.SIGTERM, 15)]
    [InlineData(PosixSignal.SIGINT, 2)]
    [InlineData(PosixSignal.SIGHUP, 1)]
    [InlineData((PosixSignal)10, 10)]
    public async Task One_that_does_not_listen_is_ended_by_the_signal_that_asks(PosixSignal signal, int number)
    {
        await using var victim = await Victim.StartAsync("echo ready; exec sleep 600");

        var result = await victim.Process.StopAsync(new ProcessStopOptions { Signal = signal, Grace = TimeSpan.FromMinutes(1) });

        (result.Outcome, result.ExitCode, result.Signal).Should().Be((ProcessStopOutcome.Exited, 128 + number, number));
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_ignores_the_request_is_killed_after_the_grace()
    {
        await using var victim = await Victim.StartAsync("trap '' TERM; echo ready; exec sleep 600");

        var result = await victim.Process.StopAsync(Brief);

        (result.Outcome, result.ExitCode, result.Signal).Should().Be((ProcessStopOutcome.Killed, 137, 9));
        result.Duration.Should().BeGreaterThanOrEqualTo(Brief.Grace);
        result.ToString().Should().Be($"process {victim.Id} was killed after the grace of 100 ms");
        victim.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_is_stopped_goes_on_to_see_the_request()
    {
        await using var victim = await Victim.StartAsync($"trap 'exit 4' TERM; echo ready; {Loop}");
        victim.Signal(Stop);
        await Eventually.BecomesTrueAsync(() => ProcessEntry.Read(victim.Id)!.IsFrozen);

        var result = await victim.Process.StopAsync(Patient);

        (result.Outcome, result.ExitCode).Should().Be((ProcessStopOutcome.Exited, 4));
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_has_ended_before_keeps_its_code_and_its_id_is_left_alone()
    {
        await using var victim = await Victim.StartAsync("echo ready; exit 5");
        await Eventually.BecomesTrueAsync(() => victim.Process.HasExited);

        var result = await victim.Process.StopAsync(Patient);

        (result.Outcome, result.ExitCode, result.IsConfirmed).Should().Be((ProcessStopOutcome.AlreadyExited, 5, true));
        (await ProcessStop.StopByIdAsync(victim.Id)).Outcome.Should().Be(ProcessStopOutcome.NotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_ends_between_the_look_and_the_signal_was_not_stopped_by_us()
    {
        await using var victim = await Victim.StartAsync("echo ready; read line; exit 6");
        var found = LinuxProcess.Open(victim.Id)!;
        await victim.Process.StandardInput.WriteLineAsync("go");
        await Eventually.BecomesTrueAsync(() => victim.Process.HasExited);

        found.HasEnded.Should().BeFalse("it ran when it was looked at");
        found.Send(15).Should().Be(StopTarget.Answer.Gone);
        var result = await StopRun.RunAsync(new LinuxTarget(victim.Id, found, OwnedProcess.Of(victim.Process), tree: null), Patient, default);

        (result.Outcome, result.ExitCode).Should().Be((ProcessStopOutcome.AlreadyExited, 6));
    }

    [Fact(Timeout = Limit)]
    public async Task A_zombie_has_ended_already_and_its_code_is_read()
    {
        // The shell becomes a program that never asks for the exit code of what the shell has started.
        await using var parent = await Victim.StartAsync("exec 3<&0; sh -c 'echo ready; read line <&3; exit 7' & exec sleep 600");
        await Eventually.BecomesTrueAsync(() => ProcessEntry.Read(parent.Id)!.Name() == "sleep");
        var zombie = parent.Family.First(member => member.Id != parent.Id);
        await parent.Process.StandardInput.WriteLineAsync("go");
        await Eventually.BecomesTrueAsync(() => !zombie.IsRunning);

        var result = await ProcessStop.StopByIdAsync(zombie.Id);

        (result.Outcome, result.ExitCode, result.Signal).Should().Be((ProcessStopOutcome.AlreadyExited, 7, null));
        zombie.Exists.Should().BeTrue("it is its parent's to reap");
    }

    [Fact(Timeout = Limit)]
    public async Task An_id_that_no_process_has_is_not_found()
    {
        var result = await ProcessStop.StopByIdAsync(NoId);

        (result.Outcome, result.ExitCode, result.ToString()).Should().Be((ProcessStopOutcome.NotFound, null, $"process {NoId} was not found"));
    }

    [Fact(Timeout = Limit)]
    public async Task The_id_of_a_thread_is_no_process_and_nothing_is_signalled()
    {
        var thread = Directory.GetDirectories("/proc/self/task").Select(folder => int.Parse(Path.GetFileName(folder))).First(id => id != Environment.ProcessId);

        (await ProcessStop.StopByIdAsync(thread)).Outcome.Should().Be(ProcessStopOutcome.NotFound);
        LinuxProcess.Open(thread, usePidfd: false).Should().BeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_process_of_somebody_elses_is_stopped_by_its_id_and_as_an_object_that_did_not_start_it()
    {
        await using var parent = await Victim.StartAsync("sh -c 'trap \"exit 8\" TERM; echo $$; echo ready; while :; do sleep 0.01; done'; echo $?; exec sleep 600");
        var id = parent.Family.Select(member => member.Id).First(id => ProcessEntry.Read(id)?.ParentId == parent.Id);
        using var process = Process.GetProcessById(id);

        var result = await process.StopAsync(Patient);

        result.Outcome.Should().Be(ProcessStopOutcome.Exited);
        (result.ExitCode is 8 or null).Should().BeTrue("it can be read or not, but {0} is made up", result.ExitCode);
        await parent.WaitForLineAsync("8");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_pidfd_signals_go_to_the_id_whose_start_time_is_the_same()
    {
        await using var victim = await Victim.StartAsync("echo ready; exec sleep 600");
        using var found = LinuxProcess.Open(victim.Id, usePidfd: false)!;

        found.Send(15).Should().Be(StopTarget.Answer.Sent);
        await Eventually.BecomesTrueAsync(() => found.Look());

        await Eventually.BecomesTrueAsync(() => victim.Process.HasExited);
        found.Send(15).Should().Be(StopTarget.Answer.Gone);
        found.ReadWaitStatus().Should().BeNull("without a pidfd nobody tells, once it is reaped");
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancellation_cuts_the_grace_short_but_the_end_is_confirmed()
    {
        await using var victim = await Victim.StartAsync("trap 'echo asked' TERM; sleep 600 & echo ready; while :; do sleep 0.01; done");
        using var cancellation = new CancellationTokenSource();

        var stop = victim.Process.StopAsync(new ProcessStopOptions { Grace = Timeout.InfiniteTimeSpan }, cancellation.Token);
        await victim.WaitForLineAsync("asked");
        await cancellation.CancelAsync();
        var result = await stop;

        (result.Outcome, result.Signal, result.IsConfirmed).Should().Be((ProcessStopOutcome.Killed, 9, true));
        result.ToString().Should().Contain("when its grace was cut short, and descendants were killed: ");
        victim.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_waits_for_an_output_that_a_grandchild_holds_open()
    {
        await using var victim = await Victim.StartAsync("sleep 600 & echo ready; exec sleep 600");

        var result = await victim.Process.StopAsync(new ProcessStopOptions { EntireTree = false });

        (result.Outcome, result.Signal).Should().Be((ProcessStopOutcome.Exited, 15));
        await Eventually.BecomesTrueAsync(() => victim.Family.Count == 1); // only the process itself was stopped
        var rest = victim.Process.StandardOutput.ReadToEndAsync();
        rest.IsCompleted.Should().BeFalse("the output is still open");
        await victim.DisposeAsync();
        await rest;
    }
}
