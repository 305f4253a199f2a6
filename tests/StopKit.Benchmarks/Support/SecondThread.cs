namespace StopKit.Benchmarks;

/// <summary>A thread that does what the calling one does, at the same time.</summary>
internal sealed class SecondThread : IDisposable
{
    private readonly SemaphoreSlim _begin = new(0);
    private readonly SemaphoreSlim _ended = new(0);
    private readonly Thread _thread;
    private Func<int>? _work;
    private int _result;

    internal SecondThread()
    {
        _thread = new Thread(Loop) { IsBackground = true };
        _thread.Start();
    }

    internal int RunOnBoth(Func<int> work)
    {
        _work = work;
        _begin.Release();
        var result = work();
        _ended.Wait();
        return result + _result;
    }

    public void Dispose()
    {
        _work = null;
        _begin.Release();
        _thread.Join();
    }

    private void Loop()
    {
        while (true)
        {
            _begin.Wait();
            if (_work is not { } work)
                return;
            _result = work();
            _ended.Release();
        }
    }
}
