namespace StopKit;

/// <summary>The waiters for one thing, oldest first; its owner's gate guards every call.</summary>
/// <remarks>
/// Taking a waiter from the queue decides how its wait ended: the signal takes it (all of them, by <see cref="TakeAll"/>)
/// or the waiter itself (<see cref="Remove"/>, on timeout). That is why no wake-up is lost or told twice.
/// </remarks>
internal struct WaitQueue
{
    private Waiter? _oldest; // a ring: the oldest one's Previous is the newest

    internal readonly bool IsEmpty => _oldest is null;

    internal void Add(Waiter waiter)
    {
        waiter.IsQueued = true;
        if (_oldest is null)
        {
            _oldest = waiter.Next = waiter.Previous = waiter;
            return;
        }

        waiter.Next = _oldest;
        waiter.Previous = _oldest.Previous;
        waiter.Previous!.Next = waiter;
        _oldest.Previous = waiter;
    }

    /// <summary>Takes one waiter out; false if it was taken already.</summary>
    internal bool Remove(Waiter waiter)
    {
        if (!waiter.IsQueued)
            return false;
        waiter.IsQueued = false;
        if (waiter.Next == waiter)
        {
            _oldest = null;
        }
        else
        {
            waiter.Previous!.Next = waiter.Next;
            waiter.Next!.Previous = waiter.Previous;
            if (_oldest == waiter)
                _oldest = waiter.Next;
        }

        waiter.Next = waiter.Previous = null;
        return true;
    }

    /// <summary>Takes the oldest one out; null if there is none.</summary>
    internal Waiter? TakeOldest()
    {
        var oldest = _oldest;
        if (oldest is not null)
            Remove(oldest);
        return oldest;
    }

    /// <summary>Takes all waiters out, as a chain by <see cref="Waiter.Next"/>, for <see cref="ReleaseAll"/> outside of the gate.</summary>
    internal Waiter? TakeAll()
    {
        var oldest = _oldest;
        if (oldest is null)
            return null;
        _oldest = null;
        oldest.Previous!.Next = null;
        // Release: a waiter that sees without the gate that it was taken sees why.
        for (var waiter = oldest; waiter is not null; waiter = waiter.Next)
            Volatile.Write(ref waiter.IsQueued, false);
        return oldest;
    }

    /// <summary>Releases a chain that <see cref="TakeAll"/> returned.</summary>
    internal static void ReleaseAll(Waiter? chain)
    {
        while (chain is not null)
        {
            // Read on before the release: a released thread may queue the same waiter again at once.
            var next = chain.Next;
            chain.Next = chain.Previous = null;
            chain.Release();
            chain = next;
        }
    }
}
