namespace StopKit;

/// <content>Waits. They look at the state before they block, lose no wake-up, and never throw for a stop.</content>
public readonly partial struct StopToken
{
    /// <summary>
    /// Sleeps until a stop is requested or the time is up: the interruptible form of <c>Thread.Sleep</c>.
    /// </summary>
    /// <param name="timeout">How long at most; zero only looks, infinite waits for the stop. Up to 24 days.</param>
    /// <returns>True if a stop is requested, which wins a tie with the time; false if the time is up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="timeout"/> is infinite and this is <see cref="None"/>, for which no stop ever comes.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(TimeSpan timeout)
    {
        Timeouts.Check(timeout);
        if (_source is { IsQuiet: false } && LooksStopped(nameof(Wait)))
            return true;
        if (timeout == TimeSpan.Zero)
            return false;
        ThrowIfEndless(timeout);

        var waiter = ThreadWaiter.Rent();
        if (_source is null)
        {
            waiter.Park(timeout, TimeProvider.System);
            waiter.Return(releases: 0);
            return false;
        }

        if (!_source.TryEnqueue(waiter))
        {
            waiter.Return(releases: 0);
            return Observe();
        }

        var wasReleased = false;
        try
        {
            waiter.Park(timeout, _source.Context.Time, StopProbe.Announcement(_source, _source.Context.Time, timeout, waiter));
        }
        finally
        {
            // Also when the thread was interrupted. What takes the waiter from the queue decides: the stop, or the end of the time.
            wasReleased = !_source.Dequeue(waiter);
            waiter.Return(releases: wasReleased ? 1 : 0);
        }

        // A stop that came with the end of the time has not taken the waiter yet, but wins.
        return (wasReleased || _source.IsStopRequested) && Observe();
    }

    /// <summary>Waits until a stop is requested.</summary>
    /// <exception cref="InvalidOperationException">
    /// This is <see cref="None"/>, for which no stop ever comes.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    /// <remarks>
    /// A source that is disposed unstopped meanwhile leaves the caller waiting: it cannot be stopped any more.
    /// </remarks>
    public void Wait() => Wait(Timeout.InfiniteTimeSpan);

    /// <summary>Waits until a stop is requested, without a thread.</summary>
    /// <returns>A task that ends at the stop; never canceled.</returns>
    /// <exception cref="InvalidOperationException">
    /// This is <see cref="None"/>, for which no stop ever comes.
    /// </exception>
    /// <remarks>
    /// The code behind the await never runs on the thread that requests the stop. If the source is disposed unstopped
    /// meanwhile, the task never ends: that source cannot be stopped any more.
    /// </remarks>
    public ValueTask WaitAsync()
    {
        return WithoutResult(WaitAsync(Timeout.InfiniteTimeSpan));

        static async ValueTask WithoutResult(ValueTask<bool> wait) => await wait.ConfigureAwait(false);
    }

    /// <summary>Waits until a stop is requested or the time is up, without a thread.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite waits for the stop. Up to 24 days.</param>
    /// <returns>
    /// True if a stop is requested, which wins a tie with the time; false if the time is up. Never canceled.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="timeout"/> is infinite and this is <see cref="None"/>, for which no stop ever comes.
    /// </exception>
    /// <remarks>The code behind the await never runs on the thread that requests the stop.</remarks>
    public ValueTask<bool> WaitAsync(TimeSpan timeout)
    {
        Timeouts.Check(timeout);
        if (_source is { IsQuiet: false } && LooksStopped(nameof(WaitAsync)))
            return new ValueTask<bool>(true);
        if (timeout == TimeSpan.Zero)
            return new ValueTask<bool>(false);
        ThrowIfEndless(timeout);
        if (_source is null)
            return SleepAsync(timeout);
        var waiter = new AsyncStopWaiter(this);
        return _source.TryEnqueue(waiter) ? waiter.ParkAsync(timeout) : new ValueTask<bool>(Observe());
    }

    /// <summary>Waits until a handle is signaled or a stop is requested.</summary>
    /// <param name="handle">The handle; see <see cref="Wait(WaitHandle, TimeSpan)"/>.</param>
    /// <returns>What ended the wait; <see cref="StopWaitResult.Signaled"/> wins a tie.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="AbandonedMutexException">
    /// The handle is a mutex whose owner ended without releasing it; the caller owns it now.
    /// </exception>
    /// <exception cref="ObjectDisposedException"><paramref name="handle"/> was disposed.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public StopWaitResult Wait(WaitHandle handle) => Wait(handle, Timeout.InfiniteTimeSpan);

    /// <summary>Waits until a handle is signaled, a stop is requested, or the time is up.</summary>
    /// <param name="handle">
    /// The handle; it is consumed (an auto-reset event, a mutex, a semaphore) only if the result is
    /// <see cref="StopWaitResult.Signaled"/>.
    /// </param>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <returns>
    /// What ended the wait; <see cref="StopWaitResult.Signaled"/> wins a tie, then
    /// <see cref="StopWaitResult.StopRequested"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="AbandonedMutexException">
    /// The handle is a mutex whose owner ended without releasing it; the caller owns it now.
    /// </exception>
    /// <exception cref="ObjectDisposedException"><paramref name="handle"/> was disposed.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public StopWaitResult Wait(WaitHandle handle, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(handle);
        Timeouts.Check(timeout);
        if (_source is null)
            return handle.WaitOne(Timeouts.WholeMilliseconds(timeout)) ? StopWaitResult.Signaled : StopWaitResult.TimedOut;

        Look(nameof(Wait));
        // The handle first: of several that are ready WaitAny takes the first.
        var stop = _source.StopHandle();
        var time = _source.Context.Time;
        if (ReferenceEquals(time, TimeProvider.System) || timeout == Timeout.InfiniteTimeSpan || timeout == TimeSpan.Zero)
            return Result(WaitHandle.WaitAny([handle, stop], Timeouts.WholeMilliseconds(timeout)));

        using var timeUp = new ManualResetEvent(initialState: false);
        using var timer = time.CreateTimer(static e => SetIfOpen((ManualResetEvent)e!), timeUp, timeout, Timeout.InfiniteTimeSpan);
        return Result(WaitHandle.WaitAny([handle, stop, timeUp]));
    }

    private static void SetIfOpen(ManualResetEvent handle)
    {
        try
        {
            handle.Set();
        }
        catch (ObjectDisposedException)
        {
            // The wait ended otherwise while the timer was firing.
        }
    }

    private StopWaitResult Result(int index) => index switch
    {
        0 => StopWaitResult.Signaled,
        1 when Observe() => StopWaitResult.StopRequested,
        _ => StopWaitResult.TimedOut,
    };

    private static async ValueTask<bool> SleepAsync(TimeSpan timeout)
    {
        await new AsyncWaiter().ParkAsync(timeout, TimeProvider.System).ConfigureAwait(false);
        return false;
    }

    private void ThrowIfEndless(TimeSpan timeout)
    {
        if (_source is null && timeout == Timeout.InfiniteTimeSpan)
        {
            throw new InvalidOperationException(
                "StopToken.None never stops, so this wait would never end. Pass the token of a StopSource, or a finite time.");
        }
    }
}
