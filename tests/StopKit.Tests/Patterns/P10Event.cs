namespace StopKit.Tests.Patterns;

/// <summary>P10, one event for many threads: set releases all of them, reset holds them again, a stop ends them.</summary>
public sealed class P10Event
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task All_loops_work_while_it_is_set_and_end_at_the_stop_while_it_is_not() => await Task.Run(() =>
    {
        var mayWork = new StopEvent();
        using var source = new StopSource();
        var rounds = new int[4];
        ThreadWorker[] loops = [.. rounds.Select((_, number) => ThreadWorker.Start(
            $"loop-{number}",
            stop =>
            {
                while (mayWork.Wait(Patience.Limit, stop))
                    Interlocked.Increment(ref rounds[number]);
            },
            source.Token))];
        rounds.Should().OnlyContain(count => count == 0);

        mayWork.Set();
        Patience.Until(() => Enumerable.Range(0, rounds.Length).All(number => Volatile.Read(ref rounds[number]) > 0));
        mayWork.Reset();
        loops.Should().OnlyContain(loop => loop.State == WorkerState.Running);
        source.RequestStop();

        loops.JoinAll(Patience.Limit).IsComplete.Should().BeTrue();
        loops.Select(loop => loop.Join().Outcome).Should().OnlyContain(outcome => outcome == WorkerOutcome.Stopped);
    });
}
