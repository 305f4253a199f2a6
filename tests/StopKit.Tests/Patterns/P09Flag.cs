namespace StopKit.Tests.Patterns;

/// <summary>P9, a flag: seen at the next look; the token's wait is a sleep that ends at once.</summary>
public sealed class P09Flag
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_loop_ends_at_the_next_look_at_the_flag() => await Task.Run(() =>
    {
        var (flag, rounds) = (new StopFlag(), 0);
        using var worker = ThreadWorker.Start("worker", _ =>
        {
            while (!flag.IsSet)
                Interlocked.Increment(ref rounds);
        });
        Patience.Until(() => Volatile.Read(ref rounds) > 0);

        flag.Set().Should().BeTrue("nobody set it before");

        worker.TryJoin(Patience.Limit, out var result).Should().BeTrue();
        result!.Outcome.Should().Be(WorkerOutcome.Completed, "it was asked by a flag, of which StopKit knows nothing");
        flag.Set().Should().BeFalse();
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_sleep_on_the_token_ends_at_once_however_long_it_is() => await Task.Run(() =>
    {
        using var worker = ThreadWorker.Start("worker", stop => stop.Wait(TimeSpan.FromDays(1)).Should().BeTrue());

        worker.RequestStop();

        worker.TryJoin(Patience.Limit, out var result).Should().BeTrue();
        result!.Outcome.Should().Be(WorkerOutcome.Stopped);
    });
}
