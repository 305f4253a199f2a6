using System.Runtime.CompilerServices;

namespace StopKit;

/// <summary>The one rule for every time limit in StopKit.</summary>
internal static class Timeouts
{
    /// <summary>The longest finite limit, about 24.8 days: what the platform's own waits can take.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Returns <paramref name="timeout"/> if it is zero, positive up to <see cref="Longest"/>, or infinite; throws otherwise.</summary>
    internal static TimeSpan Check(TimeSpan timeout, [CallerArgumentExpression(nameof(timeout))] string name = "")
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout > Longest))
            Throw(timeout, name);
        return timeout;
    }

    /// <summary>Rounds a finite limit up to whole milliseconds, because the platform's waits and timers cut fractions off and a limit never ends early.</summary>
    internal static TimeSpan WholeMilliseconds(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? timeout : TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds));

    /// <summary>Adds two checked limits; infinite if one of them is, and at most <see cref="Longest"/> if not.</summary>
    internal static TimeSpan Sum(TimeSpan first, TimeSpan second)
    {
        if (first == Timeout.InfiniteTimeSpan || second == Timeout.InfiniteTimeSpan)
            return Timeout.InfiniteTimeSpan;
        var sum = first + second;
        return sum < Longest ? sum : Longest;
    }

    /// <summary>What is left of a checked limit after some time; zero if nothing is, infinite if it is.</summary>
    internal static TimeSpan Left(TimeSpan limit, TimeSpan elapsed)
    {
        if (limit == Timeout.InfiniteTimeSpan)
            return limit;
        return elapsed < limit ? limit - elapsed : TimeSpan.Zero;
    }

    /// <summary>The longer of two checked limits.</summary>
    internal static TimeSpan Longer(TimeSpan first, TimeSpan second) =>
        first == Timeout.InfiniteTimeSpan || (second != Timeout.InfiniteTimeSpan && first >= second) ? first : second;

    /// <summary>The shorter of two checked limits.</summary>
    internal static TimeSpan Shorter(TimeSpan first, TimeSpan second) => Longer(first, second) == first ? second : first;

    private static void Throw(TimeSpan timeout, string name) =>
        throw new ArgumentOutOfRangeException(
            name, timeout, "The time must be zero, positive up to 24 days, or Timeout.InfiniteTimeSpan.");
}
