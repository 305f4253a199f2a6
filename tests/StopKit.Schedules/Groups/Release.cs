namespace StopKit.Schedules.Groups;

/// <summary>Ends, when a schedule is over, whatever blocks on purpose.</summary>
#pragma warning disable CA1001 // what it holds may be waited for after the schedule is over
public sealed class Release
#pragma warning restore CA1001
{
    private readonly ManualResetEventSlim _event = new();
    private readonly TaskCompletionSource _task = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a value indicating whether the schedule is over.</summary>
    public bool IsReleased => _event.IsSet;

    /// <summary>Ends all waits.</summary>
    public void Set()
    {
        _event.Set();
        _task.TrySetResult();
    }

    /// <summary>Blocks until the release or the end of the time.</summary>
    /// <param name="timeout">How long at most; no limit if null.</param>
    public void Block(TimeSpan? timeout = null) => _event.Wait(timeout ?? Timeout.InfiniteTimeSpan);

    /// <summary>Waits, without a thread, until the release or the end of the time.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <returns>The wait.</returns>
    public Task WaitAsync(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? _task.Task : Task.WhenAny(_task.Task, Task.Delay(timeout, TimeProvider.System));
}
