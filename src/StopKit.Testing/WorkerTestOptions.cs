namespace StopKit.Testing;

/// <summary>Says how a <see cref="WorkerTest"/> treats the time.</summary>
/// <remarks>Immutable and thread-safe; one instance may serve many tests.</remarks>
public sealed record WorkerTestOptions
{
    private readonly TimeSpan _watchdog = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets a value indicating whether the clock jumps to the next timer whenever every worker of the test waits; false
    /// by default: only <see cref="WorkerTest.Advance"/> moves it.
    /// </summary>
    /// <remarks>A worker that waits again and again then runs on and on, at full speed, until it is stopped.</remarks>
    public bool AutoAdvance { get; init; }

    /// <summary>
    /// Gets how long each wait of the test takes at most, in real time: 10 s by default; more than zero, up to 24 days.
    /// </summary>
    /// <remarks>A debugger that is attached suspends it.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan Watchdog
    {
        get => _watchdog;
        init => _watchdog = value > TimeSpan.Zero && value.TotalMilliseconds < int.MaxValue
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Watchdog), value, "More than zero, up to 24 days.");
    }
}
