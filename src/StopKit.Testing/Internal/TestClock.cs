using Microsoft.Extensions.Time.Testing;

namespace StopKit.Testing;

/// <summary>
/// A clock that stands still, knows which of its timers is due next, and tells when there is another one.
/// </summary>
internal sealed class TestClock : FakeTimeProvider
{
    private readonly object _gate = new();
    private readonly HashSet<Timer> _timers = [];

    internal Action? TimerSet { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Begin(base.CreateTimer(static self => ((Timer)self!).Fire(), timer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>The time until the next timer is due; null if there is none.</summary>
    internal TimeSpan? UntilNext()
    {
        lock (_gate)
        {
            if (_timers.Count == 0)
                return null;
            var left = _timers.Min(static timer => timer.Due) - GetTimestamp(); // not GetUtcNow, which fires timers
            return TimeSpan.FromTicks(Math.Max(0, left));
        }
    }

    private sealed class Timer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        private ITimer _timer = null!;
        private TimeSpan _period;

        /// <summary>Gets when it fires, as a timestamp.</summary>
        internal long Due { get; private set; }

        internal void Begin(ITimer timer) => _timer = timer;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _period = period;
                SetDue(dueTime);
            }

            var isChanged = _timer.Change(dueTime, period);
            clock.TimerSet?.Invoke();
            return isChanged;
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._timers.Remove(this);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Fire()
        {
            lock (clock._gate)
                SetDue(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);
            callback(state);
        }

        private void SetDue(TimeSpan dueTime)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                clock._timers.Remove(this);
                return;
            }

            Due = clock.GetTimestamp() + dueTime.Ticks; // the frequency is that of ticks
            clock._timers.Add(this);
        }
    }
}
