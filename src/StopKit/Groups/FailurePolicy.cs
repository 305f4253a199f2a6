using System.Diagnostics;

namespace StopKit;

/// <summary>Says what a <see cref="WorkerGroup"/> does when a member fails.</summary>
/// <remarks>
/// Immutable and thread-safe. A member that leaves by an <see cref="ExitException"/> has not failed. Nothing is
/// restarted while the group is stopping.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class FailurePolicy
{
    private readonly TimeSpan _backoff;
    private readonly TimeSpan _longestBackoff;

    private FailurePolicy(string name) => Name = name;

    private FailurePolicy(TimeSpan backoff, int limit, TimeSpan longestBackoff, TimeSpan healthyAfter, bool alsoWhenCompleted)
        : this(nameof(Restart))
    {
        _backoff = backoff;
        _longestBackoff = longestBackoff;
        Limit = limit;
        HealthyAfter = healthyAfter;
        RestartsCompleted = alsoWhenCompleted;
    }

    /// <summary>
    /// Gets the default policy, which stops the whole group: the first fault is the stop's reason and the group's own
    /// fault.
    /// </summary>
    public static FailurePolicy StopGroup { get; } = new(nameof(StopGroup));

    /// <summary>
    /// Gets the policy that lets the others go on; the fault is in the log, the report, and in the end in the group's
    /// result.
    /// </summary>
    public static FailurePolicy KeepRunning { get; } = new(nameof(KeepRunning));

    /// <summary>Gets a value indicating whether a member that completed is started anew, too.</summary>
    public bool RestartsCompleted { get; }

    internal int Limit { get; }

    internal TimeSpan HealthyAfter { get; }

    internal bool StopsGroup => this != KeepRunning;

    private string Name { get; }

    /// <summary>
    /// Makes the policy that starts a failed member anew, after a pause that doubles with each failure and varies by
    /// chance between half
    /// and whole; past the limit the group stops.
    /// </summary>
    /// <param name="backoff">The first pause: more than zero, up to 24 days.</param>
    /// <param name="limit">
    /// How many restarts may be on a member's account: 1 or more. One is taken off for every
    /// <paramref name="healthyAfter"/> that it ran.
    /// </param>
    /// <param name="longestBackoff">
    /// The longest pause: 1 minute by default, or <paramref name="backoff"/> if that is longer; up to 24 days.
    /// </param>
    /// <param name="healthyAfter">
    /// How long a member must run to have one restart taken off its account: 1 minute by default; more than zero, up to
    /// 24 days.
    /// </param>
    /// <param name="alsoWhenCompleted">
    /// True to start a member anew also when it has completed, for what shall run until the group stops; false, such a
    /// member has done its work, by default.
    /// One that was stopped, left by an <see cref="ExitException"/>, or was added as a worker, stays as it is.
    /// </param>
    /// <returns>A new policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <remarks>
    /// A worker runs once, so only a member that was added as a body or as a factory can be made anew; for any other a
    /// failure stops the group.
    /// The pauses are those of the exponential backoff with jitter that distributed systems use, so that members that
    /// failed together do not come back together.
    /// Nothing is started over an instance that is late: the restart waits until all that a child group left behind has
    /// ended. But no order waits for that, here or in a group around, to be started: then the group stops, with the
    /// failure.
    /// </remarks>
    public static FailurePolicy Restart(
        TimeSpan backoff, int limit, TimeSpan? longestBackoff = null, TimeSpan? healthyAfter = null, bool alsoWhenCompleted = false)
    {
        CheckPositive(backoff, nameof(backoff));
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var healthy = healthyAfter ?? TimeSpan.FromMinutes(1);
        CheckPositive(healthy, nameof(healthyAfter));
        var longest = longestBackoff ?? (backoff > TimeSpan.FromMinutes(1) ? backoff : TimeSpan.FromMinutes(1));
        CheckPositive(longest, nameof(longestBackoff));
        if (longest < backoff)
            throw new ArgumentOutOfRangeException(nameof(longestBackoff), longest, "The longest pause must not be shorter than the first.");
        return new FailurePolicy(backoff, limit, longest, healthy, alsoWhenCompleted);
    }

    /// <summary>Returns the policy's name, and what a restart policy does.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Limit == 0
        ? Name
        : $"{Name} after {DurationText.Duration(_backoff)} to {DurationText.Duration(_longestBackoff)}, "
            + $"{Limit} times{(RestartsCompleted ? ", also when completed" : "")}";

    /// <summary>The pause before the restart that is the <paramref name="failures"/>th on the account.</summary>
    internal TimeSpan Pause(int failures)
    {
        var whole = Math.Min(_backoff.TotalMilliseconds * Math.Pow(2, failures - 1), _longestBackoff.TotalMilliseconds);
#pragma warning disable CA5394 // chance that an attacker gains nothing by predicting
        return TimeSpan.FromMilliseconds(whole * (0.5 + (0.5 * Random.Shared.NextDouble())));
#pragma warning restore CA5394
    }

    private static void CheckPositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > Timeouts.Longest)
            throw new ArgumentOutOfRangeException(name, value, "The time must be positive, up to 24 days.");
    }
}
