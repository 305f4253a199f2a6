namespace StopKit.Benchmarks;

/// <summary>A thread that does what the calling one does, at the same time. It runs as long as the process.</summary>
#pragma warning disable CA1001 // it runs as long as the process, and so do its semaphores
internal sealed class SecondThread
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _begin = new(0);
    private readonly SemaphoreSlim _ended = new(0);
    private Action _work = static () => { };

    internal SecondThread() => new Thread(Loop) { IsBackground = true }.Start();

    internal void RunOnBoth(Action work)
    {
        _work = work;
        _begin.Release();
        work();
        _ended.Wait();
    }

    private void Loop()
    {
        while (true)
        {
            _begin.Wait();
            _work();
            _ended.Release();
        }
    }
}
