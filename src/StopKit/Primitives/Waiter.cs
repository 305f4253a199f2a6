namespace StopKit;

/// <summary>A thread or an asynchronous method that waits in a <see cref="WaitQueue"/>.</summary>
internal abstract class Waiter
{
    internal Waiter? Previous;
    internal Waiter? Next;
    internal bool IsQueued;

    /// <summary>Gets a value indicating whether it was taken from the queue that it was added to.</summary>
    /// <remarks>A look without the queue's gate, for which waiters that are woken together would compete.</remarks>
    internal bool WasTaken => !Volatile.Read(ref IsQueued);

    /// <summary>Gets a value indicating whether something has ended the wait, as far as the waiter knows.</summary>
    internal virtual bool IsReleased => WasTaken;

    /// <summary>
    /// Ends the wait; called outside of any lock, at most once for each time it was taken from a queue.
    /// </summary>
    internal abstract void Release();
}
