namespace StopKit.Tests.Support;

/// <summary>Holds up who wants to pass until the test opens it; gives up with an exception, so that no test hangs on it.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool IsOpen => _opened.Task.IsCompleted;

    internal void Open() => _opened.TrySetResult();

    internal void Pass()
    {
        if (!_opened.Task.Wait(Patience.Limit))
            throw new TimeoutException("Nobody opened the gate.");
    }

    internal Task PassAsync() => _opened.Task.WaitAsync(Patience.Limit);
}
