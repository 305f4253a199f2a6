namespace StopKit.Schedules.Groups;

/// <summary>Holds every thread of the thread pool until the release.</summary>
internal sealed class BusyPool : IDisposable
{
    private readonly CountdownEvent _held;
    private readonly CountdownEvent _let;

    internal BusyPool(Release release)
    {
        ThreadPool.GetMaxThreads(out var threads, out _);
        (_held, _let) = (new CountdownEvent(threads), new CountdownEvent(threads));
        for (var number = 0; number < threads; number++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    _held.Signal();
                    release.Block();
                    _let.Signal();
                },
                null);
        }

        if (!_held.Wait(TimeSpan.FromSeconds(60)))
            throw new ScheduleException("The pool has not so many threads.");
    }

    public void Dispose()
    {
        _let.Wait();
        _held.Dispose();
        _let.Dispose();
    }
}
