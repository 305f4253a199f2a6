using System.Diagnostics;

namespace StopKit.Tests.Processes;

/// <summary>Processes end in real time, but the limits are the clock's.</summary>
public sealed class ManualClockStopTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualClock _clock = new();
    private readonly ListLogger _log = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_grace_ends_when_the_clock_says_so()
    {
        using var victim = StartUnwilling();

        var stop = victim.StopAsync(new ProcessStopOptions { Grace = Hour, TimeProvider = _clock, Logger = _log });
        await Task.Run(() => _clock.AdvanceOnceWaitedOn(Hour - TimeSpan.FromTicks(1)));
        victim.HasExited.Should().BeFalse();
        _clock.Advance(TimeSpan.FromTicks(1));
        var result = await stop;

        (result.Outcome, result.Duration, result.Signal).Should().Be((ProcessStopOutcome.Killed, Hour, 9));
        result.ToString().Should().Be($"process {victim.Id} was killed after the grace of 1 h");
        _log.Entries.Select(entry => (entry.Id, entry.Text)).Should().Equal(
            (3001, $"Process {victim.Id}: Asked to stop by SIGTERM"), (3002, result.ToString()));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_end_needs_no_clock_that_goes_on()
    {
        using var victim = Process.Start("sleep", "600");

        var result = await victim.StopAsync(new ProcessStopOptions { TimeProvider = _clock });

        (result.Outcome, result.Duration, result.Signal, result.ExitCode).Should().Be((ProcessStopOutcome.Exited, TimeSpan.Zero, 15, 143));
        _clock.ActiveTimers.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_logger_that_throws_harms_no_stop()
    {
        using var victim = Process.Start("sleep", "600");
        var log = new CallbackLogger { OnLog = _ => throw new InvalidOperationException("disk full") };

        var result = await victim.StopAsync(new ProcessStopOptions { Logger = log });

        result.Outcome.Should().Be(ProcessStopOutcome.Exited);
        log.Failure.Should().NotBeNull();
    }

    private static Process StartUnwilling()
    {
        var victim = Process.Start(new ProcessStartInfo("sh", ["-c", "trap '' TERM; echo ready; exec sleep 600"]) { RedirectStandardOutput = true })!;
        victim.StandardOutput.ReadLine().Should().Be("ready");
        return victim;
    }
}
