namespace StopKit.TestSupport;

/// <summary>Measures what the process holds on to, and what a thread allocates.</summary>
/// <remarks>
/// Both are the least of several rounds, up to the first that is good enough. What belongs to the action is there in every round;
/// what the runtime does once (it compiles a loop again on the thread that runs it, and makes tables for that) or another thread
/// does meanwhile is not.
/// </remarks>
public static class Memory
{
    private const int Rounds = 5;

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

    /// <summary>Gets the bytes by which the memory in use grows with an action; it must leave what it can be run again on.</summary>
    /// <param name="action">Is measured.</param>
    /// <param name="enough">A round that keeps less ends the measurement.</param>
    /// <param name="prepare">Runs before each round and is not measured.</param>
    public static long Kept(Action action, long enough, Action prepare) => Least(enough, () =>
    {
        prepare();
        var before = InUse();
        action();
        return InUse() - before;
    });

    /// <summary>Gets the bytes that an action allocates on this thread, in many calls after it has warmed up.</summary>
    /// <param name="action">Is measured.</param>
    /// <param name="calls">How often a round calls it.</param>
    /// <param name="enough">A round that allocates no more ends the measurement.</param>
    public static long Allocated(Action action, int calls = 10_000, long enough = 0)
    {
        for (var call = 0; call < 100; call++)
            action();
        return Least(enough, () =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var call = 0; call < calls; call++)
                action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    private static long Least(long enough, Func<long> measure)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > enough; round++)
            least = Math.Min(least, measure());
        return least;
    }
}
