using Microsoft.Extensions.Time.Testing;

namespace StopKit.Testing;

/// <summary>The waits of one worker. The lock of <see cref="Clocks"/> guards it.</summary>
internal sealed class WorkerWaits(bool isGroup)
{
    /// <summary>
    /// Gets a value indicating whether it has no code that works, but waits before it starts a member anew.
    /// </summary>
    internal bool IsGroup => isGroup;

    internal List<PendingWait> Pending { get; } = [];
}

/// <summary>One wait: for a stop, and until a timestamp of the clock if it has one.</summary>
internal sealed class PendingWait(
    Clocks clocks, WorkerWaits waits, StopSource source, FakeTimeProvider? clock, long? due, Func<bool> isReleased) : IDisposable
{
    internal WorkerWaits Waits => waits;

    internal FakeTimeProvider? Clock => clock;

    internal long? Due => due;

    /// <summary>Gets a value indicating whether a stop is what has ended it, or will.</summary>
    internal bool IsStopped => source.IsStopRequested;

    /// <summary>Gets a value indicating whether nothing has ended it; what has been ended may not go on yet.</summary>
    internal bool IsBlocked => !isReleased() && !source.IsStopRequested && (due is null || clock!.GetTimestamp() < due);

    public void Dispose() => clocks.End(this);
}

/// <summary>A wait for the end of a worker, until a timestamp of the test's clock.</summary>
internal sealed class JoinWait(Clocks clocks, long until) : IDisposable
{
    private int _hasEnded;

    internal long Until => until;

    internal bool HasEnded => Volatile.Read(ref _hasEnded) != 0;

    public void Dispose()
    {
        Volatile.Write(ref _hasEnded, 1);
        clocks.End(this);
    }
}
