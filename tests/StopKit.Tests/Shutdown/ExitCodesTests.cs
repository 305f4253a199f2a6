using System.Runtime.InteropServices;

namespace StopKit.Tests.Shutdown;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(PosixSignal.SIGHUP, 129)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData((PosixSignal)10, 138)]
    public void A_signal_has_the_code_that_a_shell_tells(PosixSignal signal, int code) => ExitCodes.ForSignal(signal).Should().Be(code);

    [Theory]
    [InlineData(WorkerOutcome.Completed, 0)]
    [InlineData(WorkerOutcome.Stopped, 0)]
    [InlineData(WorkerOutcome.NotRun, 0)]
    [InlineData(WorkerOutcome.Faulted, 1)]
    [InlineData(WorkerOutcome.Exited, 9)]
    [InlineData(WorkerOutcome.Aborted, 124)]
    [InlineData(WorkerOutcome.Abandoned, 124)]
    public void Each_outcome_has_its_code_without_a_signal(WorkerOutcome outcome, int code) => CodeOf(outcome, signalCodes: true).Should().Be(code);

    [Theory]
    [InlineData(WorkerOutcome.Completed, false, 0)]
    [InlineData(WorkerOutcome.Completed, true, 143)]
    [InlineData(WorkerOutcome.Stopped, false, 0)]
    [InlineData(WorkerOutcome.Stopped, true, 143)]
    [InlineData(WorkerOutcome.NotRun, true, 143)]
    [InlineData(WorkerOutcome.Faulted, true, 1)]
    [InlineData(WorkerOutcome.Exited, true, 9)]
    [InlineData(WorkerOutcome.Aborted, true, 124)]
    public void After_one_signal(WorkerOutcome outcome, bool signalCodes, int code) =>
        CodeOf(outcome, signalCodes, PosixSignal.SIGTERM).Should().Be(code);

    [Theory]
    [InlineData(WorkerOutcome.Aborted, 130)]
    [InlineData(WorkerOutcome.Abandoned, 130)]
    [InlineData(WorkerOutcome.Faulted, 1)]
    [InlineData(WorkerOutcome.Exited, 9)]
    [InlineData(WorkerOutcome.Stopped, 0)]
    public void After_a_second_signal(WorkerOutcome outcome, int code) =>
        CodeOf(outcome, signalCodes: false, PosixSignal.SIGTERM, PosixSignal.SIGINT).Should().Be(code);

    private static int CodeOf(WorkerOutcome outcome, bool signalCodes, params PosixSignal[] received)
    {
        using var signals = ShutdownSignals.Listen(new ShutdownOptions { SignalExitCodes = signalCodes, Debounce = TimeSpan.Zero, Hint = null });
        foreach (var signal in received)
            signals.Receive(signal);
        if (received.Length > 1)
            signals.Token.Aborting.WaitHandle.WaitOne(Patience.Limit).Should().BeTrue();
        return ExitCodes.Of(new WorkerResult("main", outcome) { ExitCode = outcome == WorkerOutcome.Exited ? 9 : null }, signals);
    }
}
