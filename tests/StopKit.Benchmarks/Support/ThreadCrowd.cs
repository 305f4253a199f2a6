namespace StopKit.Benchmarks;

/// <summary>Many threads that do the same.</summary>
internal static class ThreadCrowd
{
    private const int StackSize = 256 * 1024;

    internal static Thread[] Start(int count, Action body)
    {
        var threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            threads[i] = new Thread(() => body(), StackSize);
            threads[i].Start();
        }

        return threads;
    }
}
