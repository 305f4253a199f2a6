namespace StopKit;

/// <summary>
/// The end of a time on a clock, which the caller may bring forward, and the pauses of a thread that looks at something
/// until then.
/// </summary>
/// <remarks>
/// The pauses are 1 ms, 2 ms, 4 ms, up to 50 ms of real time, also on a manual clock: processes end in real time, and
/// nothing would move that clock on for them. The system's clock is read, without a timer, because timers need the
/// thread pool.
/// </remarks>
internal sealed class TimeLimit : IDisposable
{
    private const int LongestPause = 50;
    private const int RoundsToLongest = 6;

    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _earlier;
    private readonly long _start;
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0); // a pause is long, and spinning is not
    private readonly CancellationTokenRegistration _registration;
    private readonly ITimer? _timer;
    private int _round;

    internal TimeLimit(TimeSpan limit, TimeProvider clock, CancellationToken earlier = default)
    {
        (_limit, _clock, _earlier, _start) = (limit, clock, earlier, clock.GetTimestamp());
        _registration = earlier.UnsafeRegister(static wake => ((ManualResetEventSlim)wake!).Set(), _wake);
        if (limit > TimeSpan.Zero && !ReferenceEquals(clock, TimeProvider.System))
        {
            var due = Timeouts.WholeMilliseconds(limit);
            _timer = GuardedClock.CreateTimer(clock, static wake => ((ManualResetEventSlim)wake!).Set(), _wake, due);
        }
    }

    internal bool IsOver => _earlier.IsCancellationRequested || Left == TimeSpan.Zero;

    private TimeSpan Left => Timeouts.Left(_limit, _clock.GetElapsedTime(_start));

    /// <summary>Waits before the next look, or until the limit.</summary>
    internal void Pause()
    {
        var pause = TimeSpan.FromMilliseconds(_round < RoundsToLongest ? 1 << _round++ : LongestPause);
        var left = ReferenceEquals(_clock, TimeProvider.System) ? Left : Timeout.InfiniteTimeSpan;
        _wake.Wait(left == Timeout.InfiniteTimeSpan || pause < left ? pause : Timeouts.WholeMilliseconds(left));
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer?.Dispose();
        // _wake is left to the collector: a timer of the clock may still be about to set it.
    }
}
