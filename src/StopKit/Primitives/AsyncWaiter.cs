using System.Threading.Tasks.Sources;

namespace StopKit;

/// <summary>An asynchronous method that waits until it is released or its time is up. It is awaited once.</summary>
/// <remarks>The source of its own task, to be one object and not three: a hundred thousand may wait at once.</remarks>
internal class AsyncWaiter : Waiter, IValueTaskSource
{
    // Asynchronous continuations: the releasing thread must not run the code behind the wait.
    private ManualResetValueTaskSourceCore<bool> _ended = new() { RunContinuationsAsynchronously = true };
    private int _isReleased;

    internal override bool IsReleased => WasTaken || Volatile.Read(ref _isReleased) != 0;

    /// <summary>Gets what a task of this source is made with.</summary>
    private protected short Version => _ended.Version;

    public void GetResult(short token) => _ended.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _ended.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);

    /// <summary>
    /// Blocks until it has ended: a task of a source need not be one that can be blocked on, but people try.
    /// </summary>
    private protected void WaitForEnd(short token)
    {
        if (GetStatus(token) != ValueTaskSourceStatus.Pending)
            return;
        using var ended = new ManualResetEventSlim();
        OnCompleted(static ended => ((ManualResetEventSlim)ended!).Set(), ended, token, ValueTaskSourceOnCompletedFlags.None);
        ended.Wait();
    }

    internal override void Release()
    {
        // Exchange, because a timer may release it as well.
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            _ended.SetResult(true);
    }

    /// <summary>Waits until released, or until <paramref name="timeout"/> expired on <paramref name="time"/>.</summary>
    internal async ValueTask ParkAsync(TimeSpan timeout, TimeProvider time)
    {
        using var timer = timeout == Timeout.InfiniteTimeSpan ? null : CreateTimer(timeout, time);
        await new ValueTask(this, Version).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits until one of two tasks has ended, however it did, or <paramref name="timeout"/> expired on
    /// <paramref name="time"/>.
    /// </summary>
    internal static async Task ForAsync(Task task, Task? other, TimeSpan timeout, TimeProvider time)
    {
        if (task.IsCompleted || other is { IsCompleted: true } || timeout == TimeSpan.Zero)
            return; // without a timer, which may not fire while a manual clock stands
        // WaitAsync takes its continuation back when it is canceled, so that waits leave nothing on a task that lives long. Not the one
        // with a time limit: that lets go of its timer only after the code behind the wait has gone on.
        using var timeUp = GuardedClock.CancelAfter(Timeouts.WholeMilliseconds(timeout), time);
        var either = other is null ? task : Task.WhenAny(task, other);
        await either.WaitAsync(timeUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private protected ITimer CreateTimer(TimeSpan timeout, TimeProvider time) => time.CreateTimer(
        static waiter => ((AsyncWaiter)waiter!).Release(), this, Timeouts.WholeMilliseconds(timeout), Timeout.InfiniteTimeSpan);
}
