namespace StopKit.Tests.Patterns;

/// <summary>P2, the default is not clean: one press stops every worker, the second aborts. The third ends the process, see the process tests.</summary>
[Collection(SignalPattern.Name)]
public sealed class P02PressThreeTimes
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_first_press_stops_who_is_willing_and_the_second_aborts_who_is_busy() => await Task.Run(() =>
    {
        using var signals = SignalPattern.Listen();
        using var willing = ThreadWorker.Start("willing", stop => stop.Wait(), signals.Token);
        using var busy = ThreadWorker.Start("busy", stop => stop.Aborting.WaitHandle.WaitOne(Patience.Limit).Should().BeTrue(), signals.Token);

        OwnSignal.Raise();
        willing.TryJoin(Patience.Limit, out var first).Should().BeTrue();
        busy.State.Should().Be(WorkerState.Running);
        OwnSignal.Raise();
        busy.TryJoin(Patience.Limit, out var second).Should().BeTrue();

        (first!.Outcome, second!.Outcome).Should().Be((WorkerOutcome.Stopped, WorkerOutcome.Aborted));
        second.Reason!.Signal.Should().Be(OwnSignal.Harmless);
    });
}
