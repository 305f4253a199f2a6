namespace StopKit;

/// <summary>A timer that requests a stop or an abort of a source.</summary>
/// <param name="source">The source.</param>
/// <param name="stage">The stage that it requests.</param>
/// <param name="reason">The reason, or the name of the limit: most limits never expire, and need no reason.</param>
/// <param name="delay">The time until then.</param>
/// <param name="due">When it is due, to be compared with others of the same stage of the same source.</param>
internal sealed class StopTimer(StopSource source, StopStage stage, object reason, TimeSpan delay, long due) : IDisposable
{
    private object _reason = reason;
    private ITimer? _timer;

    internal long Due { get; } = due;

    internal StopReason Reason
    {
        get
        {
            var reason = Volatile.Read(ref _reason);
            if (reason is StopReason made)
                return made;
            made = StopReason.Deadline(delay, (string)reason);
            // Compare-exchange, so that all that ask get the one reason that the request will have.
            return Interlocked.CompareExchange(ref _reason, made, reason) as StopReason ?? made;
        }
    }

    internal void Start()
    {
        // The timer outlives the caller's flow of control and must not keep its AsyncLocals alive.
        using var noFlow = CallerFlow.Suppress();
        var timer = GuardedClock.CreateTimer(
            source.Context.Time,
            static self => ((StopTimer)self!).Expire(),
            this,
            Timeouts.WholeMilliseconds(delay),
            static (self, exception) => ((StopTimer)self!).Keep(exception));
        // Exchange, because Dispose may have run before there was a timer to dispose.
        if (Interlocked.CompareExchange(ref _timer, timer, null) is not null)
            timer.Dispose();
    }

    public void Dispose()
    {
        var timer = Interlocked.Exchange(ref _timer, DisposedTimer.Instance);
        try
        {
            timer?.Dispose();
        }
#pragma warning disable CA1031 // a request is on its way through here; a timer that fires nevertheless finds that its stage was reached
        catch (Exception)
#pragma warning restore CA1031
        {
            // As above.
        }
    }

    private void Keep(Exception exception) => source.KeepOfClock(exception);

    private void Expire()
    {
        if (stage == StopStage.Stopping)
            source.RequestStop(Reason);
        else
            source.RequestAbort(Reason);
    }

    private sealed class DisposedTimer : ITimer
    {
        internal static readonly DisposedTimer Instance = new();

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
            // Nothing to release: it only marks that the real timer was disposed.
        }

        public ValueTask DisposeAsync() => default;
    }
}
