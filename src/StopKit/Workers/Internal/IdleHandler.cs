using System.Threading.Tasks.Sources;

namespace StopKit;

/// <summary>One of the handlers of a queue, while it waits for an item; used again for each wait.</summary>
internal sealed class IdleHandler : Waiter, IValueTaskSource
{
    // Asynchronous continuations: a post must not run the handler's code.
    private ManualResetValueTaskSourceCore<bool> _woken = new() { RunContinuationsAsynchronously = true };

    internal ValueTask WaitAsync() => new(this, _woken.Version);

    internal override void Release() => _woken.SetResult(true);

    public ValueTaskSourceStatus GetStatus(short token) => _woken.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _woken.OnCompleted(continuation, state, token, flags);

    public void GetResult(short token)
    {
        _woken.GetResult(token);
        _woken.Reset(); // it is in no queue now, so nothing can release it before the next wait
    }
}
