namespace StopKit;

/// <summary>Says how long the stop of a host may take, and what ends it.</summary>
/// <remarks>
/// <para>
/// Bound to the section <c>StopKit</c> of the configuration; what is set in code comes later and wins. Times are
/// written there as <c>hh:mm:ss</c>. All values are checked when the host starts, with a message that names the key and
/// its range.
/// </para>
/// <para>
/// The budget is one: from the first signal the drain delay, from then on the grace for all workers and hosted
/// services, from then on the abort period. Not thread-safe while it is being set; the host reads it once.
/// </para>
/// </remarks>
public sealed class StopKitOptions
{
    /// <summary>The section of the configuration: <c>StopKit</c>.</summary>
    public const string Section = "StopKit";

    /// <summary>
    /// Gets or sets how long after the stop the abort follows: 30 s by default; zero to 24 days, or infinite.
    /// </summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long after the abort what is late is still awaited: 5 s by default; zero to 24 days, or
    /// infinite.
    /// </summary>
    public TimeSpan AbortPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long after the first signal the stop is passed on: zero by default; zero to 24 days.
    /// </summary>
    /// <remarks>
    /// For the time in which a load balancer still sends requests: the readiness check fails from the first signal on.
    /// A stop without a signal has no such delay.
    /// </remarks>
    public TimeSpan DrainDelay { get; set; }

    /// <summary>
    /// Gets or sets how long after a signal that counted further ones are ignored: 250 ms by default; zero to 24 days.
    /// </summary>
    public TimeSpan Debounce { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets the line that is written to stderr at the first Ctrl+C: by default it says what the next two do;
    /// null or empty for none.
    /// </summary>
    public string? Hint { get; set; } = new ShutdownOptions().Hint;

    /// <summary>
    /// Gets or sets a value indicating whether a graceful stop by a signal exits with 128 + its number (true) or with 0
    /// (false, the default).
    /// </summary>
    public bool SignalExitCodes { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the host stops when all workers have ended, as a batch job does; false
    /// by default.
    /// </summary>
    /// <remarks>Those that are restarted have not ended. A host without workers goes on.</remarks>
    public bool StopHostWhenCompleted { get; set; }

    /// <summary>
    /// Gets or sets what to do when a worker without a policy of its own fails:
    /// <see cref="FailurePolicy.StopGroup"/>, which stops the host, by default; not null. Not in the configuration.
    /// </summary>
    public FailurePolicy FailurePolicy { get; set; } = FailurePolicy.StopGroup;
}
