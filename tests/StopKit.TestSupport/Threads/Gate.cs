namespace StopKit.TestSupport;

/// <summary>Holds up who wants to pass until the test opens it; gives up with an exception, so that no test hangs on it.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => _opened.Task.IsCompleted;

    public void Open() => _opened.TrySetResult();

    public void Pass()
    {
        if (!_opened.Task.Wait(Patience.Limit))
            throw new TimeoutException("Nobody opened the gate.");
    }

    public Task PassAsync() => _opened.Task.WaitAsync(Patience.Limit);
}
