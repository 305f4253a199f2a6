namespace StopKit.Tests.Patterns;

#pragma warning disable STOPKIT001 // what it is about

/// <summary>P15, an exception injected into a thread (unsafe): what it cuts off is lost, and what it cannot is abandoned by name.</summary>
public sealed class P15ForcedStop
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_body_that_waits_is_cut_off_and_leaves_half_of_its_work_behind() => await Task.Run(() =>
    {
        var (written, isHalf) = (new Journal(), new Gate());
        using var worker = ThreadWorker.Start("writer", stop => ForcedStop.Run(WriteBothHalves, stop), options: new WorkerOptions { AbortPeriod = Patience.Limit });
        isHalf.Pass();

        worker.Stop(grace: TimeSpan.Zero).Outcome.Should().Be(WorkerOutcome.Aborted);

        written.Entries.Should().Equal("first half");

        void WriteBothHalves()
        {
            written.Add("first half");
            isHalf.Open();
            new ManualResetEventSlim().Wait(); // foreign code without a token
            written.Add("second half");
        }
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_body_that_runs_is_abandoned_and_named() => await Task.Run(() =>
    {
        var (runs, mayEnd) = (new Gate(), false);
        var options = new WorkerOptions { AbortPeriod = TimeSpan.FromMilliseconds(1), IsBackground = true };
        var worker = ThreadWorker.Start("calculator", stop => ForcedStop.Run(Calculate, stop), options: options);
        runs.Pass();

        var result = worker.Stop(grace: TimeSpan.Zero);

        (result.Outcome, result.Name).Should().Be((WorkerOutcome.Abandoned, "calculator"));
        Volatile.Write(ref mayEnd, true);
        worker.TryJoin(Patience.Limit, out _).Should().BeTrue();

        void Calculate()
        {
            runs.Open();
            while (!Volatile.Read(ref mayEnd))
                Thread.SpinWait(10);
        }
    });
}
