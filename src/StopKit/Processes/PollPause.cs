namespace StopKit;

/// <summary>The pauses between two looks at a process: 1 ms, 2 ms, 4 ms, up to 50 ms.</summary>
/// <remarks>They are of real time, also on a manual clock: processes end in real time, and nothing would move that clock on for them.</remarks>
internal static class PollPause
{
    private const int Longest = 50;
    private const int RoundsToLongest = 6;

    /// <summary>Waits before the next look, or until there is to be none; throws nothing.</summary>
    internal static async Task WaitAsync(int round, CancellationToken limit)
    {
        var pause = TimeSpan.FromMilliseconds(round < RoundsToLongest ? 1 << round : Longest);
        await Task.Delay(pause, TimeProvider.System, limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (limit.IsCancellationRequested) // we are on the thread of whoever cancels, which is not ours to use
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }
}
