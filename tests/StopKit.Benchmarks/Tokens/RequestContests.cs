namespace StopKit.Benchmarks;

/// <summary>Callbacks, and a stop on its way down. Only the request is timed, at sources that were made before.</summary>
internal static class RequestContests
{
    private const int Items = 4000;
    private const int PerTree = 1000;

    internal static int Calls;

    internal static IEnumerable<Contest> All()
    {
        var stop = new StopSource().Token;
        var cancellation = new CancellationTokenSource().Token;
        yield return new()
        {
            Works = ["register, unregister"],
            MostBytes = 0,
            StopKit = Contestant.Loop("StopKit", count =>
            {
                for (; count > 0; count--)
                    stop.OnStop(static (_, _) => { }, null).Unregister();
            }),
            Others =
            [
                Contestant.Loop("`UnsafeRegister`, `Unregister`", count =>
                {
                    for (; count > 0; count--)
                        cancellation.UnsafeRegister(static _ => { }, null).Unregister();
                }, 1.1),
            ],
        };
        yield return WithCallbacks("1", 1, 1.25);
        yield return WithCallbacks("10", 10, 1.1);
        yield return WithCallbacks("1 000", 1000, 1.0);
        yield return OfTrees("1 000 children stopped, per child", 0.7, Scopes.StopParent, Scopes.TokenParent);
        yield return OfTrees("chain of 1 000 scopes stopped, per scope", 1.25, Scopes.StopChain, Scopes.TokenChain);
    }

    private static Contest WithCallbacks(string text, int callbacks, double target) => new()
    {
        Works = [$"request, callbacks run: {text}; per callback"],
        StopKit = Contestant.Once("StopKit", () => Many(Items / callbacks, () =>
        {
            var source = new StopSource();
            for (var i = 0; i < callbacks; i++)
                source.Token.OnStop(static (_, _) => Calls++, null);
            return source;
        }), Stop, Items),
        Others =
        [
            Contestant.Once("`Cancel`", () => Many(Items / callbacks, () =>
            {
                var source = new CancellationTokenSource();
                for (var i = 0; i < callbacks; i++)
                    source.Token.UnsafeRegister(static _ => Calls++, null);
                return source;
            }), Cancel, Items, target),
        ],
    };

    private static Contest OfTrees(string work, double target, Func<int, StopSource> stop, Func<int, CancellationTokenSource> token) => new()
    {
        Works = [work],
        StopKit = Contestant.Once("StopKit", () => Many(Items / PerTree, () => stop(PerTree)), Stop, Items),
        Others = [Contestant.Once("`CreateLinkedTokenSource`", () => Many(Items / PerTree, () => token(PerTree)), Cancel, Items, target)],
    };

    private static T[] Many<T>(int count, Func<T> make)
    {
        var all = new T[count];
        for (var i = 0; i < count; i++)
            all[i] = make();
        return all;
    }

    private static void Stop(StopSource[] sources)
    {
        foreach (var source in sources)
            source.RequestStop();
    }

    private static void Cancel(CancellationTokenSource[] sources)
    {
        foreach (var source in sources)
            source.Cancel();
    }
}
