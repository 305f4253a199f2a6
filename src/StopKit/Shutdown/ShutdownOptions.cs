using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>Says how a program answers to signals and how long its stop may take.</summary>
/// <remarks>
/// Immutable and thread-safe. Two are equal if all their values are; lists of <see cref="Signals"/> other than the
/// default are compared by reference.
/// </remarks>
[DebuggerDisplay("Grace = {Grace}, AbortPeriod = {AbortPeriod}, DrainDelay = {DrainDelay}")]
public sealed record ShutdownOptions
{
    private static readonly IReadOnlyList<PosixSignal> DefaultSignals =
        [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    internal static readonly ShutdownOptions Default = new(); // after the signals, which it takes

    private readonly TimeSpan _grace = TimeSpan.FromSeconds(30);
    private readonly TimeSpan _abortPeriod = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _drainDelay = TimeSpan.Zero;
    private readonly TimeSpan _debounce = TimeSpan.FromMilliseconds(250);
    private readonly IReadOnlyList<PosixSignal> _signals = DefaultSignals;
    private readonly TimeProvider _timeProvider = TimeProvider.System;

    /// <summary>
    /// Gets how long after the stop the abort follows: 30 s by default; zero to 24 days, or infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan Grace
    {
        get => _grace;
        init => _grace = Timeouts.Check(value, nameof(Grace));
    }

    /// <summary>
    /// Gets how long after the abort <see cref="StopApp"/> still waits before it ends the process: 5 s by default; zero
    /// to 24 days, or infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan AbortPeriod
    {
        get => _abortPeriod;
        init => _abortPeriod = Timeouts.Check(value, nameof(AbortPeriod));
    }

    /// <summary>
    /// Gets how long after the first signal the stop is passed on, while <see cref="ShutdownSignals.IsDraining"/> is
    /// true already: zero by default; zero to 24 days.
    /// </summary>
    /// <remarks>
    /// Kubernetes goes on sending requests for some seconds after SIGTERM; answer its readiness probe by
    /// <see cref="ShutdownSignals.IsDraining"/>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan DrainDelay
    {
        get => _drainDelay;
        init => _drainDelay = value == Timeout.InfiniteTimeSpan
            ? throw new ArgumentOutOfRangeException(nameof(DrainDelay), value, "The drain delay must end: zero, or positive up to 24 days.")
            : Timeouts.Check(value, nameof(DrainDelay));
    }

    /// <summary>
    /// Gets how long after a signal that counted further ones are ignored, so that one key press counts once: 250 ms by
    /// default; zero to 24 days.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan Debounce
    {
        get => _debounce;
        init => _debounce = value == Timeout.InfiniteTimeSpan
            ? throw new ArgumentOutOfRangeException(nameof(Debounce), value, "The debounce must end: zero, or positive up to 24 days.")
            : Timeouts.Check(value, nameof(Debounce));
    }

    /// <summary>
    /// Gets the signals that stop the program: SIGINT, SIGTERM, SIGQUIT and SIGHUP by default (on Windows Ctrl+C,
    /// shutdown, Ctrl+Break and close); one or more of these, or of raw numbers from 1 to 64 that are not SIGKILL's or
    /// SIGSTOP's.
    /// </summary>
    /// <exception cref="ArgumentException">The value is null or empty, or has a signal that no process can
    /// hear.</exception>
    public IReadOnlyList<PosixSignal> Signals
    {
        get => _signals;
        init => _signals = value is { Count: > 0 } && value.All(SignalNumbers.IsRequestToEnd)
            ? [.. value.Distinct()]
            : throw new ArgumentException(
                "Name at least one signal, and only such that ask a process to end: SIGINT, SIGTERM, SIGQUIT, SIGHUP, "
                + "or a raw number from 1 to 64, but not SIGKILL or SIGSTOP, which no process hears.",
                nameof(Signals));
    }

    /// <summary>
    /// Gets the line that is written to stderr at the first Ctrl+C: by default it says what the next two do; null for
    /// none.
    /// </summary>
    public string? Hint { get; init; } = "Stopping. Press Ctrl+C again to abort, a third time to end at once.";

    /// <summary>
    /// Gets the line that <see cref="StopApp"/> prints on stdout, once, when the program is ready; null, the default,
    /// for none.
    /// </summary>
    /// <remarks>
    /// A program is ready when its root is, see <see cref="Worker.WhenReady"/>: a group when all its members are, a
    /// main once it has started. At the same moment <see cref="StopApp"/> tells systemd (<c>READY=1</c>), if
    /// <c>NOTIFY_SOCKET</c> is set, and at the first signal that the program stops (<c>STOPPING=1</c>).
    /// </remarks>
    public string? ReadyLine { get; init; }

    /// <summary>
    /// Gets a value indicating whether a graceful stop by a signal exits with 128 + its number (true) or with 0 (false,
    /// the default).
    /// </summary>
    public bool SignalExitCodes { get; init; }

    /// <summary>
    /// Gets the clock for all of the above: <see cref="System.TimeProvider.System"/> by default; not null.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        init => _timeProvider = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    }

    /// <summary>Gets where signals and stops are logged: null, nowhere, by default.</summary>
    public ILogger? Logger { get; init; }
}
