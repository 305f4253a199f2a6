namespace StopKit.Tests.Patterns;

/// <summary>P1, Ctrl+C ends a program after cleanup: the signal asks, the cleanup runs, and the code after it, too.</summary>
[Collection(SignalPattern.Name)]
public sealed class P01CtrlC
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_signal_asks_and_main_returns_by_itself_after_its_cleanup() => await Task.Run(() =>
    {
        var steps = new List<string>();
        using var signals = SignalPattern.Listen();
        try
        {
            OwnSignal.Raise();
            signals.Token.Wait(Patience.Limit).Should().BeTrue();
            steps.Add("asked");
        }
        finally
        {
            steps.Add("cleaned up");
        }

        steps.Add("went on");
        steps.Should().Equal("asked", "cleaned up", "went on");
        signals.Token.Stage.Should().Be(StopStage.Stopping, "one signal aborts nothing");
    });
}
