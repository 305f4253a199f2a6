namespace StopKit.Benchmarks;

/// <summary>The life of a source that nothing hangs on.</summary>
internal static class SourceContests
{
    internal static IEnumerable<Contest> All()
    {
        yield return new()
        {
            Works = ["new source, dispose"],
            MostBytes = 64,
            StopKit = Contestant.Loop("StopKit", static count =>
            {
                for (; count > 0; count--)
                    new StopSource().Dispose();
            }),
            Others =
            [
                Contestant.Loop("`CancellationTokenSource`", static count =>
                {
                    for (; count > 0; count--)
                        new CancellationTokenSource().Dispose();
                }, 1.9),
            ],
        };
        yield return new()
        {
            Works = ["new source, request, dispose"],
            MostBytes = 112,
            StopKit = Contestant.Loop("StopKit", static count =>
            {
                for (; count > 0; count--)
                {
                    using var source = new StopSource();
                    source.RequestStop();
                }
            }),
            Others =
            [
                Contestant.Loop("`CancellationTokenSource`", static count =>
                {
                    for (; count > 0; count--)
                    {
                        using var source = new CancellationTokenSource();
                        source.Cancel();
                    }
                }, 1.25),
            ],
        };
        yield return new()
        {
            Works = ["new source, first use of `Stopping`, dispose"],
            MostBytes = 112,
            StopKit = Contestant.Loop("StopKit", static count =>
            {
                for (; count > 0; count--)
                {
                    using var source = new StopSource();
                    _ = source.Token.Stopping;
                }
            }),
            Others =
            [
                Contestant.Loop("`CancellationTokenSource`", static count =>
                {
                    for (; count > 0; count--)
                    {
                        using var source = new CancellationTokenSource();
                        _ = source.Token;
                    }
                }, 3.4),
            ],
        };
    }
}
