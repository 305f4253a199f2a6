namespace StopKit.TestSupport;

/// <summary>A clock that stands still until a test advances it; its timers then fire on the advancing thread, in due order.</summary>
/// <remarks>
/// Not the <c>FakeTimeProvider</c> of Microsoft.Extensions.TimeProvider.Testing, tried in 10.11: that one jumps to the end of an advance
/// before it fires what fell due on the way, leaves out what a timer then sets, lets a second thread that advances return before its
/// timers have fired, and does not tell how many timers are waiting.
/// </remarks>
public sealed class ManualClock(DateTimeOffset? start = null) : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _start = start ?? new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Gets how many timers are waiting to fire.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _start + _elapsed;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _elapsed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the time on, stopping at each timer that falls due to fire it; also one that was set meanwhile.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan end;
        lock (_gate)
            end = _elapsed + by;
        while (TakeDue(end) is { } due)
            due.Fire();
    }

    /// <summary>Waits until exactly so many timers are waiting.</summary>
    public void UntilTimers(int count) => Patience.Until(() => ActiveTimers == count);

    /// <summary>Waits until nothing waits for this clock any more.</summary>
    public void UntilNoTimers() => UntilTimers(0);

    /// <summary>Advances once so many timers are waiting, that is, once what the test looks at has begun to wait.</summary>
    public void AdvanceOnceWaitedOn(TimeSpan by, int timers = 1)
    {
        Patience.Until(() => ActiveTimers >= timers);
        Advance(by);
    }

    private ManualTimer? TakeDue(TimeSpan end)
    {
        lock (_gate)
        {
            // The first of the smallest: timers that are due together fire in the order they were set.
            var due = _timers.MinBy(timer => timer.Due);
            if (due is null || due.Due > end)
            {
                _elapsed = end > _elapsed ? end : _elapsed; // a timer's work may have advanced it further meanwhile
                return null;
            }

            _elapsed = due.Due > _elapsed ? due.Due : _elapsed;
            _timers.Remove(due);
            if (due.Period > TimeSpan.Zero)
            {
                due.Due = _elapsed + due.Period;
                _timers.Add(due);
            }

            return due;
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _isDisposed;

        internal TimeSpan Due { get; set; }

        internal TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_isDisposed)
                    return false;
                clock._timers.Remove(this);
                Period = period;
                Due = clock._elapsed + dueTime;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _isDisposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Fire() => callback(state);
    }
}
