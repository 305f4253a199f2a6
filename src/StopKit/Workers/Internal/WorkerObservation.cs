using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>What is measured of one worker: when its stop was requested, when it first saw that, and where it was last seen.</summary>
/// <remarks>
/// The context of the worker's own source. The scopes that the worker's body opens below its token share it, so what it sees
/// through them counts as well; what others read through tokens of their own does not. Fields are written once or whole, by
/// interlocked or volatile operations, because any thread of the worker's may observe.
/// </remarks>
internal sealed class WorkerObservation(TimeProvider time, ILogger logger) : StopContext(time, logger)
{
    // Complemented, because 0 stands for "not yet", and a manual clock starts at 0.
    private long _requested;
    private long _observed;
    private volatile bool _cancellationTokenTaken;
    private Passage? _lastPassage;

    /// <summary>The worker's source; an observation counts only once this one is stopped.</summary>
    internal StopSource? Owner { get; set; }

    /// <summary>True if the body took a <see cref="CancellationToken"/> of the stop, through which it can see a stop unseen by us.</summary>
    internal bool CancellationTokenTaken => _cancellationTokenTaken;

    internal bool IsObserved => Volatile.Read(ref _observed) != 0;

    /// <summary>Timestamp of the request, or null.</summary>
    internal long? Requested => Volatile.Read(ref _requested) is not 0 and var stamp ? ~stamp : null;

    /// <summary>Timestamp of the first observation, or null.</summary>
    internal long? Observed => Volatile.Read(ref _observed) is not 0 and var stamp ? ~stamp : null;

    internal override void OnRequested(StopSource source, ref StopPropagation propagation)
    {
        if (source == Owner && Volatile.Read(ref _requested) == 0)
            Interlocked.CompareExchange(ref _requested, ~propagation.Timestamp(Time), 0);
    }

    internal override void OnObserved()
    {
        if (Volatile.Read(ref _observed) == 0 && Owner is { IsStopRequested: true })
            Interlocked.CompareExchange(ref _observed, ~GuardedClock.Timestamp(Time), 0);
    }

    internal override void OnCancellationTokenTaken() => _cancellationTokenTaken = true;

    internal override void OnCheckpoint(string member, string file, int line) =>
        Volatile.Write(ref _lastPassage, new Passage(member, file, line, Time.GetTimestamp()));

    /// <summary>The place passed last, as seen at a timestamp; null if there is none.</summary>
    internal Checkpoint? LastCheckpoint(long now) => Volatile.Read(ref _lastPassage) is { } last
        ? new Checkpoint(last.Member, last.File, last.Line, Time.GetElapsedTime(last.Timestamp, Math.Max(now, last.Timestamp)))
        : null;

    private sealed record Passage(string Member, string File, int Line, long Timestamp);
}
