using System.Diagnostics;

namespace StopKit;

/// <summary>Says when a <see cref="PeriodicWorker"/> ticks.</summary>
/// <remarks>Immutable and thread-safe; one instance may serve many workers.</remarks>
[DebuggerDisplay("FirstDelay = {FirstDelay}, Jitter = {Jitter}, MissedTicks = {MissedTicks}")]
public sealed record PeriodicWorkerOptions
{
    internal static readonly PeriodicWorkerOptions Default = new();

    private readonly TimeSpan? _firstDelay;
    private readonly TimeSpan _jitter;
    private readonly MissedTicks _missedTicks;
    private readonly WorkerOptions _worker = WorkerOptions.Default;

    /// <summary>
    /// Gets the time from the start to the first tick: null, one period, by default; zero to 24 days.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan? FirstDelay
    {
        get => _firstDelay;
        init => _firstDelay = value is { } delay ? Finite(delay, nameof(FirstDelay)) : null;
    }

    /// <summary>
    /// Gets how much later than due a tick may come, by chance and anew for each tick: zero, at once, by default; up to
    /// 24 days, and sensibly less than the period.
    /// </summary>
    /// <remarks>
    /// The phase stays: a late tick does not make the next one later. It keeps many programs from doing the same thing
    /// at the same moment.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan Jitter
    {
        get => _jitter;
        init => _jitter = Finite(value, nameof(Jitter));
    }

    /// <summary>
    /// Gets what becomes of ticks that fell due while another one ran: <see cref="MissedTicks.Skip"/> by default; any
    /// defined value.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public MissedTicks MissedTicks
    {
        get => _missedTicks;
        init => _missedTicks = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MissedTicks), value, "The value must be one that MissedTicks defines.");
    }

    /// <summary>Gets the options that all kinds of workers have; the defaults by default; not null.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public WorkerOptions Worker
    {
        get => _worker;
        init => _worker = value ?? throw new ArgumentNullException(nameof(Worker));
    }

    private static TimeSpan Finite(TimeSpan value, string name) => value >= TimeSpan.Zero && value <= Timeouts.Longest
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The time must be zero or positive, up to 24 days.");
}
