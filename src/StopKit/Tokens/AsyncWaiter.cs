namespace StopKit;

/// <summary>An asynchronous method that waits until it is released or its time is up.</summary>
internal sealed class AsyncWaiter : Waiter
{
    // Asynchronous continuations: whoever releases must not run the code of the one who waits.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal override void Release() => _ended.TrySetResult();

    /// <summary>Waits until released, or until <paramref name="timeout"/> expired on <paramref name="time"/>.</summary>
    internal async Task ParkAsync(TimeSpan timeout, TimeProvider time)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            await _ended.Task.ConfigureAwait(false);
            return;
        }

        using var timer = time.CreateTimer(
            static waiter => ((AsyncWaiter)waiter!).Release(), this, Timeouts.WholeMilliseconds(timeout), Timeout.InfiniteTimeSpan);
        await _ended.Task.ConfigureAwait(false);
    }
}
