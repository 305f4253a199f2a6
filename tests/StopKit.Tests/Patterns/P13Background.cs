namespace StopKit.Tests.Patterns;

/// <summary>
/// P13, a daemon thread (unsafe): it does not keep the process. What it loses at the end, and what CleanUpOnProcessExit saves, only the
/// end of a process shows: see the process tests.
/// </summary>
public sealed class P13Background
{
    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)] // else the process would never come to the exit at which it is to be stopped
    public async Task Only_a_background_worker_lets_the_process_end(bool isBackground, bool cleanUp, bool expected) => await Task.Run(() =>
    {
        var options = new WorkerOptions { IsBackground = isBackground, CleanUpOnProcessExit = cleanUp };
        bool? seen = null;
        using var worker = ThreadWorker.Start("worker", _ => seen = Thread.CurrentThread.IsBackground, options: options);

        worker.Join().Outcome.Should().Be(WorkerOutcome.Completed);

        seen.Should().Be(expected);
    });
}
