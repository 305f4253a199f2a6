namespace StopKit.Tests.Patterns;

/// <summary>P11, stopped early or ran to the end: what the worker saw decides, not when it was asked.</summary>
public sealed class P11StoppedOrCompleted
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Only_who_observed_the_stop_has_stopped() => await Task.Run(() =>
    {
        var mayEnd = new Gate();
        using var early = ThreadWorker.Start("early", stop => stop.Wait());
        using var whole = ThreadWorker.Start("whole", _ => mayEnd.Pass());

        early.RequestStop();
        whole.RequestStop(); // too late: it never looks
        mayEnd.Open();

        (early.Join().Outcome, whole.Join().Outcome).Should().Be((WorkerOutcome.Stopped, WorkerOutcome.Completed));
        (early.Join().StopLatency, whole.Join().StopLatency).Should().Match<(TimeSpan?, TimeSpan?)>(seen => seen.Item1 != null && seen.Item2 == null);
    });
}
