namespace StopKit.Tests.Patterns;

/// <summary>P5, the main thread listens and a worker thread works: whoever ends the program joins the worker first.</summary>
[Collection(SignalPattern.Name)]
public sealed class P05MainListens
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Main_waits_for_the_signal_and_joins_the_worker_with_a_deadline() => await Task.Run(() =>
    {
        var isDone = false;
        using var signals = SignalPattern.Listen();
        using var worker = ThreadWorker.Start(
            "worker",
            stop =>
            {
                OwnSignal.Raise(); // somebody else's, as a thread or a process may send it
                stop.Wait();
                isDone = true;
            },
            signals.Token);

        signals.Token.Wait(Patience.Limit).Should().BeTrue();
        var report = Join.All(Patience.Limit, worker);

        report.IsComplete.Should().BeTrue();
        isDone.Should().BeTrue();
        worker.Join().Reason.Should().BeSameAs(signals.Token.Reason);
    });
}
