namespace StopKit;

/// <summary>Somebody who waits in a <see cref="WaitQueue"/>.</summary>
internal abstract class Waiter
{
    internal Waiter? Previous;
    internal Waiter? Next;
    internal bool IsQueued;

    /// <summary>Ends the wait; called at most once for each time it was queued, outside of any lock, by whoever took it from the queue.</summary>
    internal abstract void Release();
}
