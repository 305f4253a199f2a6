namespace StopKit;

/// <summary>A timer that requests a stop or an abort of a source.</summary>
internal sealed class StopTimer(StopSource source, StopStage stage, StopReason reason, TimeSpan delay, long dueTimestamp) : IDisposable
{
    private ITimer? _timer;

    /// <summary>When it is due, as a timestamp of the source's clock.</summary>
    internal long DueTimestamp { get; } = dueTimestamp;

    internal StopReason Reason => reason;

    internal void Start()
    {
        // The timer outlives the caller's flow of control and must not keep its AsyncLocals alive.
        using var noFlow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
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
            source.RequestStop(reason);
        else
            source.RequestAbort(reason);
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
