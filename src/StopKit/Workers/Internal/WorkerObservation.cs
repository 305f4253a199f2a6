using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>
/// What is measured of one worker: when its stop was requested, when it first saw that, and where it was last seen.
/// </summary>
/// <remarks>
/// The context of the worker's own source. The scopes that the worker's body opens below its token share it, so what it
/// sees through them counts as well; what others read through tokens of their own does not. Fields are written once or
/// whole, by interlocked or volatile operations, because any thread of the worker's may observe.
/// </remarks>
internal sealed class WorkerObservation(TimeProvider time, ILogger logger) : StopContext(time, logger)
{
    // Complemented, because 0 stands for "not yet", and a manual clock starts at 0.
    private long _requested;
    private long _observed;
    private long _lastReading;
    private volatile bool _cancellationTokenTaken;
    private Passage? _lastPassage;
    private StopContext? _outside;

    /// <summary>The worker's source; an observation counts only once this one is stopped.</summary>
    internal StopSource? Owner { get; set; }

    /// <summary>The worker, which wants to know when its code says that it is ready.</summary>
    internal Worker? Worker { get; set; }

    /// <summary>
    /// True if the body took a <see cref="CancellationToken"/> of the stop, through which it can see a stop unseen by
    /// us.
    /// </summary>
    internal bool CancellationTokenTaken => _cancellationTokenTaken;

    internal bool IsObserved => Volatile.Read(ref _observed) != 0;

    /// <summary>Timestamp of the request, or null.</summary>
    internal long? Requested => Volatile.Read(ref _requested) is not 0 and var stamp ? ~stamp : null;

    /// <summary>Timestamp of the first observation, or null.</summary>
    internal long? Observed => Volatile.Read(ref _observed) is not 0 and var stamp ? ~stamp : null;

    // Made on first use, and twice at most: it has no state.
    internal override StopContext Outside => _outside ??= new StopContext(Time, Logger);

    internal override void OnRequested(StopSource source, ref StopPropagation propagation)
    {
        if (source != Owner || Volatile.Read(ref _requested) != 0)
            return;
        Interlocked.CompareExchange(ref _requested, ~propagation.Timestamp(Time), 0);
    }

    internal override void OnObserved()
    {
        if (Volatile.Read(ref _observed) == 0 && Owner is { IsStopRequested: true })
            Interlocked.CompareExchange(ref _observed, ~Now(), 0);
    }

    internal override void OnReady() => Worker?.SetReady();

    internal override void OnCancellationTokenTaken() => _cancellationTokenTaken = true;

    internal override void OnCheckpoint(string member, string file, int line) =>
        Volatile.Write(ref _lastPassage, new Passage(member, file, line, Now()));

    /// <summary>Reads the worker's clock; if that throws, the answer is its last one.</summary>
    internal long Now()
    {
        try
        {
            var now = Time.GetTimestamp();
            Volatile.Write(ref _lastReading, now);
            return now;
        }
#pragma warning disable CA1031 // a broken clock may cost a result its times, but not a worker its end, and the caller is not to blame
        catch (Exception)
#pragma warning restore CA1031
        {
            return Volatile.Read(ref _lastReading);
        }
    }

    /// <summary>The time between two readings; zero if the clock throws.</summary>
    internal TimeSpan Elapsed(long start, long end)
    {
        try
        {
            return Time.GetElapsedTime(start, end);
        }
#pragma warning disable CA1031 // as above
        catch (Exception)
#pragma warning restore CA1031
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>The place passed last, as seen at a timestamp; null if there is none.</summary>
    internal Checkpoint? LastCheckpoint(long now) => Volatile.Read(ref _lastPassage) is { } last
        ? new Checkpoint(last.Member, last.File, last.Line, Elapsed(last.Timestamp, Math.Max(now, last.Timestamp)))
        : null;

    private sealed record Passage(string Member, string File, int Line, long Timestamp);
}
