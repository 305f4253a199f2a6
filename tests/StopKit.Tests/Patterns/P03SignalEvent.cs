namespace StopKit.Tests.Patterns;

/// <summary>P3, event plus signal handler: the worker leaves its loop at the next check, and main ends after it.</summary>
[Collection(SignalPattern.Name)]
public sealed class P03SignalEvent
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_worker_is_done_before_the_program_is() => await Task.Run(() =>
    {
        var journal = new Journal();
        using var signals = SignalPattern.Listen();
        using var worker = ThreadWorker.Start(
            "worker",
            stop =>
            {
                while (!stop.Wait(TimeSpan.FromMilliseconds(1)))
                    journal.Add("round");
                journal.Add("Thread done");
            },
            signals.Token);
        journal.Await(1);

        OwnSignal.Raise();
        worker.TryJoin(Patience.Limit, out _).Should().BeTrue();
        journal.Add("Program done");

        journal.Entries.SkipWhile(entry => entry == "round").Should().Equal("Thread done", "Program done");
    });
}
