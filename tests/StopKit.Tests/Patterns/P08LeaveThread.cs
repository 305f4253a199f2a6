namespace StopKit.Tests.Patterns;

/// <summary>P8, leave only this thread: the worker ends with a code, the others never notice.</summary>
public sealed class P08LeaveThread
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_ExitException_ends_its_worker_alone() => await Task.Run(() =>
    {
        using var source = new StopSource();
        using var other = ThreadWorker.Start("other", stop => stop.Wait(), source.Token);
        using var leaver = ThreadWorker.Start("leaver", _ => throw new ExitException(3), source.Token);

        var left = leaver.Join();

        (left.Outcome, left.ExitCode).Should().Be((WorkerOutcome.Exited, 3));
        (other.State, source.IsStopRequested).Should().Be((WorkerState.Running, false));
        source.RequestStop();
        other.Join().Outcome.Should().Be(WorkerOutcome.Stopped);
    });
}
