namespace StopKit;

/// <summary>Somebody who waits in a <see cref="WaitQueue"/>.</summary>
internal abstract class Waiter
{
    internal Waiter? Previous;
    internal Waiter? Next;
    internal bool IsQueued;

    /// <summary>Gets a value indicating whether somebody took it from the queue that it was added to: a look without the queue's gate, which those who are woken together would fight for.</summary>
    internal bool WasTaken => !Volatile.Read(ref IsQueued);

    /// <summary>Ends the wait; called at most once for each time it was queued, outside of any lock, by whoever took it from the queue.</summary>
    internal abstract void Release();
}
