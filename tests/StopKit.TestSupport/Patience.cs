using System.Diagnostics;

namespace StopKit.TestSupport;

/// <summary>How long tests wait for what must happen; far more than it takes, so that a busy machine fails no test.</summary>
public static class Patience
{
    /// <summary>For one event; whoever waits longer has found a bug.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The Timeout of a test that could hang, in milliseconds.</summary>
    public const int TestTimeout = 60_000;

    /// <summary>The Timeout of a test of many rounds, in milliseconds: its turn may come late, and a core that it has to share is half as fast or less.</summary>
    public const int RaceTimeout = 600_000;

    /// <summary>Waits until a condition holds that no event tells of.</summary>
    public static void Until(Func<bool> condition)
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
