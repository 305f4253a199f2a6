namespace StopKit.Tests.Workers;

/// <summary>No wait in StopKit is without limit unless the caller asked for it, so a stop's is not either, whatever its callbacks do.</summary>
public sealed class BlockedCallbackTests
{
    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(StoppingTests.EveryKindAndWay), MemberType = typeof(StoppingTests))]
    public async Task A_callback_that_blocks_does_not_keep_the_stop_from_ending(WorkerKind kind, StopWay way)
    {
        var (isRunning, mayReturn) = (new Gate(), new Gate());
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                stop.OnStop(_ => mayReturn.Pass());
                isRunning.Open();
                mayReturn.Pass();
            },
            options: new WorkerOptions { Grace = TimeSpan.FromMilliseconds(10), AbortPeriod = TimeSpan.FromMilliseconds(10) });
        await isRunning.PassAsync();
        try
        {
            // Shorter than the patience of the gate, at which the callback ends anyway.
            await Task.Run(() => Apply(way, worker)).WaitAsync(Patience.Limit / 2);
            worker.StopToken.IsAbortRequested.Should().BeTrue();
        }
        finally
        {
            mayReturn.Open();
        }
    }

    private static async Task Apply(StopWay way, Worker worker)
    {
        switch (way)
        {
            case StopWay.Stop:
                worker.Stop();
                break;
            case StopWay.StopAsync:
                await worker.StopAsync();
                break;
            case StopWay.Dispose:
                worker.Dispose();
                break;
            default:
                await worker.DisposeAsync();
                break;
        }
    }
}
