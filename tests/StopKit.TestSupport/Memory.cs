namespace StopKit.TestSupport;

/// <summary>Measures what the process holds on to, and what a thread allocates.</summary>
public static class Memory
{
    /// <summary>Gets the bytes in use after everything that can be collected was.</summary>
    public static long InUse()
    {
        for (var pass = 0; pass < 3; pass++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Gets the bytes that an action allocates on this thread, in many calls after it has warmed up.</summary>
    public static long Allocated(Action action, int calls = 10_000)
    {
        for (var call = 0; call < 100; call++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < calls; call++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
