using System.Runtime.ExceptionServices;

namespace StopKit.TestSupport;

/// <summary>A thread of its own that a test has seen blocked.</summary>
public sealed class BlockedThread<T>
{
    private readonly Thread _thread;
    private T? _result;
    private ExceptionDispatchInfo? _failure;

    private BlockedThread(Func<T> body) =>
        _thread = new Thread(() => Run(body)) { IsBackground = true };

    /// <summary>Gets what the body returned, once it has.</summary>
    public T Result
    {
        get
        {
            if (!_thread.Join(Patience.Limit))
                throw new TimeoutException("The thread is still blocked.");
            _failure?.Throw();
            return _result!;
        }
    }

    /// <summary>Gets, without blocking, what the body returned.</summary>
    public Task<T> WhenEnded() => Task.Run(() => Result);

    private bool IsBlocked => (_thread.ThreadState & ThreadState.WaitSleepJoin) != 0;

    /// <summary>Starts the thread and returns once it is blocked.</summary>
    public static BlockedThread<T> Start(Func<T> body)
    {
        var blocked = new BlockedThread<T>(body);
        blocked._thread.Start();
        Patience.Until(() => blocked.IsBlocked || !blocked._thread.IsAlive);
        return blocked;
    }

    public void Interrupt() => _thread.Interrupt();

    private void Run(Func<T> body)
    {
        try
        {
            _result = body();
        }
#pragma warning disable CA1031 // thrown again where the result is read
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
    }
}
