using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace StopKit.TestSupport;

/// <summary>Waits for what no event tells of, such as an entry in <c>/proc</c>.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task BecomesTrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        BecomesTrueAsync(() => Task.FromResult(condition()), what);

    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Limit)
                throw new TimeoutException($"not true within {Limit.TotalSeconds} s: {what}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
