namespace StopKit.Tests.Patterns;

/// <summary>P4, SIGTERM with cleanup: the cleanup knows which signal it was, and has a deadline of its own.</summary>
[Collection(SignalPattern.Name)]
public sealed class P04Sigterm
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_cleanup_is_told_the_signal_and_is_not_cut_off_by_it() => await Task.Run(() =>
    {
        using var signals = SignalPattern.Listen();
        OwnSignal.Raise();
        signals.Token.Wait(Patience.Limit).Should().BeTrue();

        using var shield = signals.Token.Shield(Patience.Limit);

        (signals.Received, signals.Token.Reason!.Cause).Should().Be((OwnSignal.Harmless, StopCause.Signal));
        signals.Token.Reason.ToString().Should().EndWith("received");
        shield.IsStopRequested.Should().BeFalse();
    });
}
