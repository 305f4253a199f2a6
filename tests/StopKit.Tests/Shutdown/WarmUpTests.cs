namespace StopKit.Tests.Shutdown;

/// <summary>What runs once in the background, so that the first stop of a process is as fast as the next.</summary>
public sealed class WarmUpTests : IDisposable
{
    private readonly Measurements _measured = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_that_was_not_requested_is_not_counted()
    {
        await Task.Run(StopWarmUp.Rehearse);
        await Task.Run(ShutdownSignals.Rehearse);

        _measured.Of("stopkit.stop.requests").Should().BeEmpty();
    }

    [Fact]
    public void It_runs_once_however_many_ask_for_it()
    {
        var (hasBegun, runs) = (0, new CountdownEvent(2));

        StopWarmUp.Once(ref hasBegun, () => runs.Signal());
        StopWarmUp.Once(ref hasBegun, () => runs.Signal());
        Patience.Until(() => runs.CurrentCount < 2);

        hasBegun.Should().Be(1);
        runs.CurrentCount.Should().Be(1);
    }

    [Fact]
    public void A_rehearsed_signal_is_no_drain()
    {
        ShutdownSignals.Rehearse();

        StopApp.IsDraining.Should().BeFalse();
    }

    public void Dispose() => _measured.Dispose();
}
