namespace StopKit;

/// <summary>A thread that is blocked until it is released or its time is up.</summary>
/// <remarks>
/// <code>
/// Awake ──Park──▶ Parked ──Release: sets the event──▶ Released
///   └───Release: the thread sees it before it parks──────▲
/// </code>
/// Each waiter has an event of its own, so waking a thousand threads does not send them all to one lock. An event and
/// not a monitor, which can take twice as long to wake. A thread keeps one for its next wait, because an event is
/// expensive to make again.
/// </remarks>
#pragma warning disable CA1001 // the event is left to its finalizer: a thread that took the waiter from a queue may set it later
internal sealed class ThreadWaiter : Waiter
#pragma warning restore CA1001
{
    [ThreadStatic]
    private static ThreadWaiter? _spare;

    private const int Awake = 0;
    private const int Parked = 1;
    private const int Released = 2;

    private readonly AutoResetEvent _wakeUp = new(initialState: false);
    private int _state;
    private bool _wasWoken;
    private bool _hadTimer;
    private RelayWaiter? _relay;

    /// <summary>
    /// Gets the calling thread's waiter; a new one for a nested wait (an STA thread pumps messages while it is
    /// blocked).
    /// </summary>
    internal static ThreadWaiter Rent()
    {
        var waiter = _spare ?? new ThreadWaiter();
        _spare = null;
        return waiter;
    }

    /// <summary>
    /// Gets what releases this waiter from a second queue. It may be queued again when the waiter itself may.
    /// </summary>
    internal RelayWaiter Relay => _relay ??= new RelayWaiter(this);

    /// <summary>
    /// Stays on the processor for some microseconds, or until it is released: for events that are set again and again.
    /// </summary>
    /// <remarks>
    /// It stays queued, so that a release finds it. As long as <see cref="ManualResetEventSlim"/> spins.
    /// </remarks>
    internal void Spin()
    {
        var spinner = default(SpinWait);
        while (spinner.Count < 35 && Volatile.Read(ref _state) == Awake)
            spinner.SpinOnce(sleep1Threshold: -1);
    }

    internal override bool IsReleased => WasTaken || Volatile.Read(ref _state) == Released;

    /// <summary>
    /// Blocks until released, or until <paramref name="timeout"/> expired on <paramref name="time"/>.
    /// </summary>
    /// <param name="timeout">How long at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="announcement">
    /// Called when the timer is set and the thread is about to block; what it returns is disposed when it has woken.
    /// </param>
    internal void Park(TimeSpan timeout, TimeProvider time, Func<IDisposable?>? announcement = null)
    {
        // Compare-exchange, against the exchange in Release: either that finds this thread parked and sets the event, or
        // this thread finds the release.
        if (Interlocked.CompareExchange(ref _state, Parked, Awake) != Awake)
        {
            _wasWoken = true;
            return;
        }

        if (ReferenceEquals(time, TimeProvider.System) || timeout == Timeout.InfiniteTimeSpan)
        {
            // An event stays set until a thread waits for it, so a release that comes just before this is not lost.
            using (announcement?.Invoke())
                _wasWoken = _wakeUp.WaitOne(Timeouts.WholeMilliseconds(timeout));
            return;
        }

        _hadTimer = true;
        using var timer = time.CreateTimer(static waiter => ((ThreadWaiter)waiter!).Release(), this, timeout, Timeout.InfiniteTimeSpan);
        using (announcement?.Invoke())
            _wakeUp.WaitOne();
    }

    internal override void Release()
    {
        // An event costs a trip through the runtime's wait subsystem on both sides: only for a thread that is parked.
        if (Interlocked.Exchange(ref _state, Released) == Parked)
            _wakeUp.Set();
    }

    /// <summary>
    /// Gives the waiter back for the thread's next wait, unless it may still be released or its timer may still fire.
    /// </summary>
    /// <param name="releases">
    /// How many queues it was taken from; each of them releases it once, maybe later than this.
    /// </param>
    internal void Return(int releases)
    {
        // A release that has not ended this wait could end the next one.
        if (!_hadTimer && releases == (_wasWoken ? 1 : 0))
            _spare = this;
        _wasWoken = false;
        _state = Awake; // plain: it is released again only after it has passed the gate of the next queue
    }
}
