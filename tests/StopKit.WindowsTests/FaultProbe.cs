namespace StopKit.WindowsTests;

/// <summary>
/// Tells whether a task that faults after a yield ends here, with and without StopKit: under Wine it may hang.
/// </summary>
internal static class FaultProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    internal static int Run()
    {
        var plain = AlwaysEnds("a plain task", static () => Task.Run(FaultAsync));
        var worker = AlwaysEnds("an AsyncWorker", static () => AsyncWorker.Start("probe", static _ => FaultAsync()).Completion);
        return plain && worker ? 0 : 1;
    }

    // Not by a timer or an await: these need the thread pool, which may be what hangs.
    private static bool AlwaysEnds(string what, Func<Task> start)
    {
        const int rounds = 20;
        for (var round = 1; round <= rounds; round++)
        {
            var task = start();
            if (!((IAsyncResult)task).AsyncWaitHandle.WaitOne(Limit))
            {
                Console.WriteLine($"{what} that faults after a yield hangs in round {round}");
                return false;
            }
        }

        Console.WriteLine($"{what} that faults after a yield ended {rounds} times");
        return true;
    }

    private static async Task FaultAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException("meant to fault");
    }
}
