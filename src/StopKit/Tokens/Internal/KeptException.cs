namespace StopKit;

/// <summary>An exception that was kept from the caller, and those before it: a list that grows at its head, so that each costs the same.</summary>
internal sealed record KeptException(Exception Exception, KeptException? Earlier)
{
    private int Count { get; } = Earlier is null ? 1 : Earlier.Count + 1;

    /// <summary>Copies a list, oldest first.</summary>
    internal static Exception[] ToList(KeptException? newest)
    {
        if (newest is null)
            return [];
        var list = new Exception[newest.Count];
        for (var kept = newest; kept is not null; kept = kept.Earlier)
            list[kept.Count - 1] = kept.Exception;
        return list;
    }
}
