using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>Says how another process is asked to stop and how long that may take.</summary>
/// <remarks>Immutable and thread-safe; one instance may serve many stops.</remarks>
[DebuggerDisplay("Signal = {Signal}, Grace = {Grace}, KillLimit = {KillLimit}, EntireTree = {EntireTree}")]
public sealed record ProcessStopOptions
{
    internal static readonly ProcessStopOptions Default = new();

    private readonly PosixSignal _signal = PosixSignal.SIGTERM;
    private readonly TimeSpan _grace = TimeSpan.FromSeconds(10);
    private readonly TimeSpan _killLimit = TimeSpan.FromSeconds(5);
    private readonly TimeProvider _timeProvider = TimeProvider.System;

    /// <summary>Gets the signal that asks: SIGTERM by default; SIGINT, SIGTERM, SIGQUIT, SIGHUP, or a raw number from 1 to 64 that is not SIGKILL's or SIGSTOP's.</summary>
    /// <remarks>Those two no process can answer; to kill at once set <see cref="Grace"/> to zero. On Windows the request is always Ctrl+Break.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of these.</exception>
    public PosixSignal Signal
    {
        get => _signal;
        init => _signal = SignalNumbers.IsRequestToEnd(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Signal), value,
                "The signal must be one that a process can answer: SIGINT, SIGTERM, SIGQUIT, SIGHUP, or a raw number from 1 to 64, but not SIGKILL or SIGSTOP. To kill at once set Grace to zero.");
    }

    /// <summary>Gets how long after it was asked the process is killed: 10 s by default; zero to 24 days, or infinite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan Grace
    {
        get => _grace;
        init => _grace = Timeouts.Check(value, nameof(Grace));
    }

    /// <summary>Gets how long after the kill the end of every killed process is awaited: 5 s by default; zero to 24 days, or infinite.</summary>
    /// <remarks>It takes milliseconds, unless a process hangs in the kernel. Who has not ended by then is in <see cref="ProcessStopResult.Survivors"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan KillLimit
    {
        get => _killLimit;
        init => _killLimit = Timeouts.Check(value, nameof(KillLimit));
    }

    /// <summary>Gets a value indicating whether the descendants of the process are stopped as well (true, the default) or left alone (false).</summary>
    public bool EntireTree { get; init; } = true;

    /// <summary>Gets the clock for the limits and the duration: <see cref="System.TimeProvider.System"/> by default; not null.</summary>
    /// <remarks>Processes end in real time, so whether they have is polled in real time, whatever the clock.</remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        init => _timeProvider = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    }

    /// <summary>Gets where stops are logged: null, nowhere, by default.</summary>
    public ILogger? Logger { get; init; }
}
