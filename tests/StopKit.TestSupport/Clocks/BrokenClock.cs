namespace StopKit.TestSupport;

/// <summary>A clock that throws where the test wants it to, and is the system's otherwise.</summary>
public sealed class BrokenClock : TimeProvider
{
    public bool MakesNoTimer { get; init; }

    public bool HasNoTime { get; init; }

    public override DateTimeOffset GetUtcNow() => HasNoTime ? throw new InvalidOperationException("no time") : System.GetUtcNow();

    public override long GetTimestamp() => HasNoTime ? throw new InvalidOperationException("no time") : System.GetTimestamp();

    public override long TimestampFrequency => HasNoTime ? throw new InvalidOperationException("no frequency") : System.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => MakesNoTimer
        ? throw new InvalidOperationException("no timer")
        : System.CreateTimer(callback, state, dueTime, period);
}
