namespace StopKit;

/// <summary>The links to the children of one source, newest first; the source's gate guards every call but <see cref="Count"/>.</summary>
internal struct ChildList
{
    private int _count;

    internal StopLink? Newest { get; private set; }

    /// <summary>Gets the number of links, for any thread.</summary>
    internal readonly int Count => Volatile.Read(in _count);

    internal void Add(StopLink link)
    {
        link.State = StopLink.LinkState.Attached;
        link.Next = Newest;
        if (link.Next is not null)
            link.Next.Previous = link;
        Newest = link;
        Volatile.Write(ref _count, _count + 1);
    }

    internal void Remove(StopLink link)
    {
        if (link.Previous is null)
            Newest = link.Next;
        else
            link.Previous.Next = link.Next;
        if (link.Next is not null)
            link.Next.Previous = link.Previous;
        link.Next = link.Previous = null;
        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>Takes all links out, as a chain by <see cref="StopLink.Next"/>.</summary>
    internal StopLink? TakeAll()
    {
        var newest = Newest;
        Newest = null;
        Volatile.Write(ref _count, 0);
        return newest;
    }
}
