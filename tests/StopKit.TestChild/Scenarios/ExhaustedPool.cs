namespace StopKit.TestChild.Scenarios;

/// <summary>A thread pool whose threads are all taken, and which gets no more.</summary>
internal static class ExhaustedPool
{
    private static readonly ManualResetEventSlim Never = new();

    public static void Make()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMaxThreads(workers, ports);
        using var taken = new CountdownEvent(workers);
        for (var i = 0; i < workers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static taken =>
                {
                    taken.Signal();
                    Never.Wait();
                },
                taken,
                preferLocal: false);
        }

        taken.Wait();
    }
}
