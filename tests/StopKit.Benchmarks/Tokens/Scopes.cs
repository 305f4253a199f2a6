namespace StopKit.Benchmarks;

/// <summary>Makes trees of scopes of both kinds; a parent keeps its children alive.</summary>
internal static class Scopes
{
    internal static StopSource StopChain(int depth)
    {
        var first = new StopSource();
        var last = first;
        for (var i = 1; i < depth; i++)
            last = StopSource.LinkedTo(last.Token);
        return first;
    }

    internal static CancellationTokenSource TokenChain(int depth)
    {
        var first = new CancellationTokenSource();
        var last = first;
        for (var i = 1; i < depth; i++)
            last = CancellationTokenSource.CreateLinkedTokenSource(last.Token);
        return first;
    }

    internal static StopSource StopParent(int children)
    {
        var parent = new StopSource();
        for (var i = 0; i < children; i++)
            StopSource.LinkedTo(parent.Token);
        return parent;
    }

    internal static CancellationTokenSource TokenParent(int children)
    {
        var parent = new CancellationTokenSource();
        for (var i = 0; i < children; i++)
            CancellationTokenSource.CreateLinkedTokenSource(parent.Token);
        return parent;
    }
}
