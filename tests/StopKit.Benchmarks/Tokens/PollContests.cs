namespace StopKit.Benchmarks;

/// <summary>Polls of a token that runs.</summary>
internal static class PollContests
{
    internal static IEnumerable<Contest> All()
    {
        yield return Of("poll in a loop, 1 thread", static poll => poll);
        // The costs of one of two threads that do the same at the same time.
        var second = new SecondThread();
        yield return Of("poll in a loop, 2 threads", poll => count => second.RunOnBoth(() => poll(count)));
    }

    private static Contest Of(string work, Func<Action<int>, Action<int>> on)
    {
        var stop = new StopSource();
        var cancellation = new CancellationTokenSource();
        var flag = new Flag { IsSet = false };
        return new()
        {
            Works = [work],
            MostBytes = 0,
            StopKit = Contestant.Loop("StopKit", on(count => PollStop(stop.Token, count))),
            Others =
            [
                Contestant.Loop("`CancellationToken.IsCancellationRequested`", on(count => PollToken(count, cancellation.Token)), 1.05),
                Contestant.Loop("a volatile `bool`", on(count => PollFlag(flag, count)), 1.5),
            ],
        };
    }

    private static void PollStop(StopToken token, int polls)
    {
        while (polls > 0 && !token.IsStopRequested)
            polls--;
    }

    private static void PollToken(int polls, CancellationToken token)
    {
        while (polls > 0 && !token.IsCancellationRequested)
            polls--;
    }

    private static void PollFlag(Flag flag, int polls)
    {
        while (polls > 0 && !flag.IsSet)
            polls--;
    }

    private sealed class Flag
    {
        internal volatile bool IsSet; // never true: the poll goes on
    }
}
