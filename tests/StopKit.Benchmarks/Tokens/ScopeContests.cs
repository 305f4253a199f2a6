using DotNext.Threading;

namespace StopKit.Benchmarks;

/// <summary>Scopes below others, as a server makes one for each request.</summary>
internal static class ScopeContests
{
    private const int Depth = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    internal static IEnumerable<Contest> All()
    {
        var stop = new StopSource().Token;
        var cancellation = new CancellationTokenSource().Token;
        var other = new CancellationTokenSource().Token;
        yield return new()
        {
            Works = ["child link, dispose"],
            MostBytes = 128,
            StopKit = Contestant.Loop("StopKit", count =>
            {
                for (; count > 0; count--)
                    StopSource.LinkedTo(stop).Dispose();
            }),
            Others =
            [
                Contestant.Loop("`CreateLinkedTokenSource`", count =>
                {
                    for (; count > 0; count--)
                        CancellationTokenSource.CreateLinkedTokenSource(cancellation).Dispose();
                }, 1.25),
            ],
        };
        yield return new()
        {
            Works = ["linked scope, `Stopping`, dispose"],
            MostBytes = 176,
            StopKit = Contestant.Loop("StopKit", count =>
            {
                for (; count > 0; count--)
                {
                    using var scope = StopSource.LinkedTo(stop);
                    _ = scope.Token.Stopping;
                }
            }),
            Others =
            [
                Contestant.Loop("`CreateLinkedTokenSource`", count =>
                {
                    for (; count > 0; count--)
                    {
                        using var scope = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                        _ = scope.Token;
                    }
                }, 1.3),
            ],
        };
        yield return new()
        {
            Works = ["linked scope, `StopAfter(5 s)`, dispose"],
            StopKit = Contestant.Loop("StopKit", count =>
            {
                for (; count > 0; count--)
                {
                    using var scope = StopSource.LinkedTo(stop);
                    scope.StopAfter(Limit);
                }
            }),
            Others =
            [
                Contestant.Loop("`CreateLinkedTokenSource`, `CancelAfter`", count =>
                {
                    for (; count > 0; count--)
                    {
                        using var scope = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                        scope.CancelAfter(Limit);
                    }
                }, 2.0),
            ],
        };
        yield return new()
        {
            Works = ["`Shield(5 s)`, dispose"],
            StopKit = Contestant.Loop("StopKit", count =>
            {
                for (; count > 0; count--)
                    stop.Shield(Limit).Dispose();
            }),
            Others =
            [
                Contestant.Loop("`CancellationTokenSource(5 s)`", static count =>
                {
                    for (; count > 0; count--)
                        new CancellationTokenSource(Limit).Dispose();
                }, 2.5),
            ],
        };
        yield return new()
        {
            Works = ["scope of a foreign token, dispose"],
            StopKit = Contestant.Loop("StopKit", count =>
            {
                for (; count > 0; count--)
                    StopSource.LinkedTo(cancellation).Dispose();
            }),
            Others =
            [
                Contestant.Loop("`CreateLinkedTokenSource`", count =>
                {
                    for (; count > 0; count--)
                        CancellationTokenSource.CreateLinkedTokenSource(cancellation).Dispose();
                }, 1.6),
            ],
        };
        var multiplexer = new CancellationTokenMultiplexer();
        var otherStop = new StopSource().Token;
        yield return new()
        {
            Works = ["scope of two parents, `Stopping`, dispose"],
            StopKit = Contestant.Loop("StopKit", count =>
            {
                for (; count > 0; count--)
                {
                    using var scope = StopSource.LinkedTo(stop, otherStop);
                    _ = scope.Token.Stopping;
                }
            }),
            Others =
            [
                Contestant.Loop("`CreateLinkedTokenSource`", count =>
                {
                    for (; count > 0; count--)
                        CancellationTokenSource.CreateLinkedTokenSource(cancellation, other).Dispose();
                }),
                Contestant.Loop("dotNext `CancellationTokenMultiplexer`", count =>
                {
                    for (; count > 0; count--)
                    {
                        using var scope = multiplexer.Combine([cancellation, other]);
                        _ = scope.Token;
                    }
                }),
            ],
        };
        yield return new()
        {
            Works = ["chain of 1 000 scopes built, per scope"],
            StopKit = Contestant.Once("StopKit", static () => Depth, static depth => Scopes.StopChain(depth), Depth),
            Others = [Contestant.Once("`CreateLinkedTokenSource`", static () => Depth, static depth => Scopes.TokenChain(depth), Depth, 1.25)],
        };
    }
}
