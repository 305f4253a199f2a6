namespace StopKit;

/// <content>Waiting.</content>
public sealed partial class StopEvent
{
    /// <summary>Waits until the event is set or a stop is requested.</summary>
    /// <param name="stop">Ends the wait at its stop; none by default.</param>
    /// <returns>True if the event was set, which wins a tie; false if a stop is requested.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(StopToken stop = default) => Wait(Timeout.InfiniteTimeSpan, stop);

    /// <summary>Waits until the event is set or a token is canceled; never throws for that.</summary>
    /// <param name="cancellation">Ends the wait when it is canceled.</param>
    /// <returns>True if the event was set, which wins a tie; false if the token is canceled.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(CancellationToken cancellation) => Wait(Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>Waits until the event is set or the time is up.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <returns>True if the event was set, which wins a tie; false if the time is up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(TimeSpan timeout) => Wait(timeout, StopToken.None);

    /// <summary>
    /// Waits until the event is set, a stop is requested, or the time is up; never throws for a stop.
    /// </summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="stop">Ends the wait at its stop.</param>
    /// <returns>
    /// True if the event was set, which wins every tie; false if a stop is requested or the time is up.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(TimeSpan timeout, StopToken stop)
    {
        Timeouts.Check(timeout);
        // A look tells nothing of the stop, so it is no observation of it.
        return timeout == TimeSpan.Zero ? _isSet : WaitForResult(timeout, stop) == StopWaitResult.Signaled;
    }

    /// <summary>
    /// Waits until the event is set, a token is canceled, or the time is up; never throws for a cancellation.
    /// </summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="cancellation">Ends the wait when it is canceled.</param>
    /// <returns>
    /// True if the event was set, which wins every tie; false if the token is canceled or the time is up.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public bool Wait(TimeSpan timeout, CancellationToken cancellation) =>
        WaitForResult(timeout, cancellation) == StopWaitResult.Signaled;

    /// <summary>Waits until the event is set, a stop is requested, or the time is up, and says which.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="stop">Ends the wait at its stop.</param>
    /// <returns>What ended the wait; the event wins every tie.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public StopWaitResult WaitForResult(TimeSpan timeout, StopToken stop)
    {
        Timeouts.Check(timeout);
        if (_isSet)
            return StopWaitResult.Signaled;
        if (timeout == TimeSpan.Zero)
            return Unset(stop, wasStopped: true);

        var waiter = ThreadWaiter.Rent();
        if (!TryEnqueue(waiter))
        {
            waiter.Return(releases: 0);
            return StopWaitResult.Signaled;
        }

        RelayWaiter? relay = null;
        var wasSet = false;
        var wasReleased = false;
        try
        {
            if (stop.Source is null || TryRelay(waiter.Relay, stop, ref relay))
            {
                waiter.Spin();
                waiter.Park(timeout, _time, StopProbe.Announcement(stop.Source, _time, timeout, waiter));
            }
        }
        finally
        {
            // Also when the thread was interrupted. What takes the waiter from the event's queue decides: Set, or this thread.
            wasSet = !Dequeue(waiter);
            wasReleased = relay is not null && !stop.Source!.Dequeue(relay);
            waiter.Return(releases: (wasSet ? 1 : 0) + (wasReleased ? 1 : 0));
        }

        return wasSet ? StopWaitResult.Signaled : Unset(stop, wasStopped: relay is null || wasReleased);
    }

    /// <summary>Waits until the event is set, a token is canceled, or the time is up, and says which.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="cancellation">Ends the wait when it is canceled.</param>
    /// <returns>
    /// What ended the wait; a cancellation is <see cref="StopWaitResult.StopRequested"/>, the event wins every tie.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public StopWaitResult WaitForResult(TimeSpan timeout, CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled)
            return WaitForResult(timeout, StopToken.None);
        using var scope = StopSource.ForWait(cancellation);
        return WaitForResult(timeout, scope.Token);
    }

    /// <summary>Waits until the event is set or a stop is requested, without a thread.</summary>
    /// <param name="stop">Ends the wait at its stop; none by default.</param>
    /// <returns>True if the event was set, which wins a tie; false if a stop is requested. Never canceled.</returns>
    public ValueTask<bool> WaitAsync(StopToken stop = default) => WaitAsync(Timeout.InfiniteTimeSpan, stop);

    /// <summary>Waits until the event is set or a token is canceled, without a thread.</summary>
    /// <param name="cancellation">Ends the wait when it is canceled.</param>
    /// <returns>
    /// True if the event was set, which wins a tie; false if the token is canceled. The returned task never is.
    /// </returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => WaitAsync(Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>Waits until the event is set, a stop is requested, or the time is up, without a thread.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="stop">Ends the wait at its stop; none by default.</param>
    /// <returns>
    /// True if the event was set, which wins every tie; false if a stop is requested or the time is up. Never canceled.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    public ValueTask<bool> WaitAsync(TimeSpan timeout, StopToken stop = default)
    {
        Timeouts.Check(timeout);
        if (_isSet)
            return new ValueTask<bool>(true);
        return timeout == TimeSpan.Zero ? new ValueTask<bool>(false) : IsSetAsync(ParkAsync(timeout, stop));
    }

    /// <summary>Waits until the event is set, a token is canceled, or the time is up, without a thread.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="cancellation">Ends the wait when it is canceled.</param>
    /// <returns>
    /// True if the event was set, which wins every tie; false otherwise. The returned task is never canceled.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    public ValueTask<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellation) =>
        IsSetAsync(WaitForResultAsync(timeout, cancellation));

    /// <summary>Does what <see cref="WaitForResult(TimeSpan, StopToken)"/> does, without a thread.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="stop">Ends the wait at its stop.</param>
    /// <returns>What ended the wait; the event wins every tie. Never canceled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    public ValueTask<StopWaitResult> WaitForResultAsync(TimeSpan timeout, StopToken stop)
    {
        Timeouts.Check(timeout);
        if (_isSet)
            return new ValueTask<StopWaitResult>(StopWaitResult.Signaled);
        return timeout == TimeSpan.Zero
            ? new ValueTask<StopWaitResult>(Unset(stop, wasStopped: true))
            : ParkAsync(timeout, stop);
    }

    /// <summary>Does what <see cref="WaitForResult(TimeSpan, CancellationToken)"/> does, without a thread.</summary>
    /// <param name="timeout">How long at most; zero only looks, infinite has no limit. Up to 24 days.</param>
    /// <param name="cancellation">Ends the wait when it is canceled.</param>
    /// <returns>What ended the wait. The returned task is never canceled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    public ValueTask<StopWaitResult> WaitForResultAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        Timeouts.Check(timeout);
        return cancellation.CanBeCanceled ? InScopeAsync() : WaitForResultAsync(timeout, StopToken.None);

        async ValueTask<StopWaitResult> InScopeAsync()
        {
            using var scope = StopSource.ForWait(cancellation);
            return await WaitForResultAsync(timeout, scope.Token).ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> IsSetAsync(ValueTask<StopWaitResult> wait) =>
        await wait.ConfigureAwait(false) == StopWaitResult.Signaled;

    private async ValueTask<StopWaitResult> ParkAsync(TimeSpan timeout, StopToken stop)
    {
        var waiter = new AsyncWaiter();
        if (!TryEnqueue(waiter))
            return StopWaitResult.Signaled;
        RelayWaiter? relay = null;
        var wasSet = false;
        var wasReleased = false;
        try
        {
            if (stop.Source is null || TryRelay(new RelayWaiter(waiter), stop, ref relay))
                await StopProbe.Watch(stop.Source, _time, timeout, waiter, waiter.ParkAsync(timeout, _time)).ConfigureAwait(false);
        }
        finally
        {
            // Also when the clock made no timer.
            wasReleased = relay is not null && !stop.Source!.Dequeue(relay);
            wasSet = !Dequeue(waiter);
        }

        return wasSet ? StopWaitResult.Signaled : Unset(stop, wasStopped: relay is null || wasReleased);
    }

    /// <summary>Says why a wait ended before the event was set.</summary>
    /// <param name="stop">The token.</param>
    /// <param name="wasStopped">
    /// True if the stop ended the wait, or kept it from beginning: the caller is told, which is an observation.
    /// </param>
    private static StopWaitResult Unset(StopToken stop, bool wasStopped) =>
        wasStopped && stop.Observes() ? StopWaitResult.StopRequested : StopWaitResult.TimedOut;
}
