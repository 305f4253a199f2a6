using System.Threading.Tasks.Sources;

namespace StopKit;

/// <summary>An asynchronous method that waits until it is released or its time is up. It is awaited once.</summary>
/// <remarks>Its own source of the task that it is awaited by: there may be a hundred thousand that wait.</remarks>
internal sealed class AsyncWaiter : Waiter, IValueTaskSource
{
    // Asynchronous continuations: whoever releases must not run the code of the one who waits.
    private ManualResetValueTaskSourceCore<bool> _ended = new() { RunContinuationsAsynchronously = true };
    private int _isReleased;

    internal override void Release()
    {
        // Exchange, because a timer may release it as well.
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            _ended.SetResult(true);
    }

    /// <summary>Waits until released, or until <paramref name="timeout"/> expired on <paramref name="time"/>.</summary>
    internal ValueTask ParkAsync(TimeSpan timeout, TimeProvider time)
    {
        var ended = new ValueTask(this, _ended.Version);
        return timeout == Timeout.InfiniteTimeSpan ? ended : ParkAsync(ended, timeout, time);
    }

    private async ValueTask ParkAsync(ValueTask ended, TimeSpan timeout, TimeProvider time)
    {
        using var timer = time.CreateTimer(
            static waiter => ((AsyncWaiter)waiter!).Release(), this, Timeouts.WholeMilliseconds(timeout), Timeout.InfiniteTimeSpan);
        await ended.ConfigureAwait(false);
    }

    void IValueTaskSource.GetResult(short token) => _ended.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _ended.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);
}
