using System.Diagnostics;

namespace StopKit.Tests.Support;

/// <summary>How long tests wait for what must happen; far more than it takes, so that a busy machine fails no test.</summary>
internal static class Patience
{
    /// <summary>For one event; whoever waits longer has found a bug.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The Timeout of a test that could hang, in milliseconds.</summary>
    internal const int TestTimeout = 60_000;

    /// <summary>The Timeout of a test of many rounds, in milliseconds: its turn may come late, and a core that it has to share is half as fast or less.</summary>
    internal const int RaceTimeout = 600_000;

    /// <summary>Waits until a condition holds that no event tells of.</summary>
    internal static void Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        var spinner = default(SpinWait);
        while (!condition())
        {
            if (watch.Elapsed > Limit)
                throw new TimeoutException($"Nothing happened for {Limit.TotalSeconds} s.");
            spinner.SpinOnce();
        }
    }
}
