namespace StopKit;

/// <summary>Waits for many things with one deadline, and says which are late.</summary>
/// <remarks>
/// Thread-safe. Requests nothing: stop first, then join. May be called again; what had ended stays as it ended.
/// In C# 12, the default for .NET 8, write the items in brackets: <c>Join.All(timeout, [thread, task])</c>.
/// </remarks>
public static class Join
{
    /// <summary>Waits until all have ended or the time is up.</summary>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="items">Threads, tasks, processes and workers.</param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ArgumentException">An item is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// An item was not started, was disposed, or is the caller itself; the message names it. Nothing was waited for
    /// then.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The calling thread was interrupted.</exception>
    public static StopReport All(TimeSpan timeout, params ReadOnlySpan<Joinable> items)
    {
        Check(timeout, items);
        var start = TimeProvider.System.GetTimestamp();
        Wait(timeout, items);
        return Report(items, TimeProvider.System.GetElapsedTime(start));
    }

    /// <summary>Waits until all have ended, the time is up, or a stop is requested.</summary>
    /// <remarks>It costs a thread that waits, as long as the call lasts, and none of the thread pool.</remarks>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="stop">Ends the wait early; the report then says which have not ended. An end wins a tie.</param>
    /// <param name="items">Threads, tasks, processes and workers.</param>
    /// <returns>How each ended, and which are late.</returns>
    /// <inheritdoc cref="All(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static StopReport All(TimeSpan timeout, StopToken stop, params ReadOnlySpan<Joinable> items)
    {
        var report = All(timeout, GiveUp(stop), items);
        TellOfStop(stop, report);
        return report;
    }

    /// <summary>Waits until all have ended, the time is up, or a token is canceled.</summary>
    /// <remarks>It costs a thread that waits, as long as the call lasts, and none of the thread pool.</remarks>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="giveUp">Ends the wait early; the report then says which have not ended. An end wins a tie.</param>
    /// <param name="items">Threads, tasks, processes and workers.</param>
    /// <returns>How each ended, and which are late. A canceled token throws nothing.</returns>
    /// <inheritdoc cref="All(TimeSpan, ReadOnlySpan{Joinable})" path="/exception"/>
    public static StopReport All(TimeSpan timeout, CancellationToken giveUp, params ReadOnlySpan<Joinable> items)
    {
        if (!giveUp.CanBeCanceled)
            return All(timeout, items);
        Check(timeout, items);
        var start = TimeProvider.System.GetTimestamp();
        var all = items.ToArray();
        InterruptibleWait.Run(() => Wait(timeout, all), giveUp);
        return Report(items, TimeProvider.System.GetElapsedTime(start));
    }

    /// <summary>Waits, without blocking a thread, until all have ended or the time is up.</summary>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="items">
    /// Threads, tasks, processes and workers. A <see cref="Thread"/> among them costs a thread that waits for it.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ArgumentException">An item is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// An item was not started, was disposed, or is the caller itself; the message names it. Nothing was waited for
    /// then.
    /// </exception>
    public static Task<StopReport> AllAsync(TimeSpan timeout, params ReadOnlySpan<Joinable> items) =>
        AllAsync(timeout, TimeProvider.System, items);

    /// <summary>Waits, without blocking a thread, until all have ended or the time on a clock is up.</summary>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="items">
    /// Threads, tasks, processes and workers. A <see cref="Thread"/> among them costs a thread that waits for it.
    /// </param>
    /// <returns>How each ended, and which are late.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    /// <exception cref="ArgumentException">An item is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// An item was not started, was disposed, or is the caller itself; the message names it. Nothing was waited for
    /// then.
    /// </exception>
    public static Task<StopReport> AllAsync(TimeSpan timeout, TimeProvider timeProvider, params ReadOnlySpan<Joinable> items)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        Check(timeout, items);
        return WaitAsync(timeout, timeProvider, items.ToArray(), CancellationToken.None);
    }

    /// <summary>
    /// Waits, without blocking a thread, until all have ended, the time is up, or a stop is requested.
    /// </summary>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="stop">Ends the wait early; the report then says which have not ended. An end wins a tie.</param>
    /// <param name="items">
    /// Threads, tasks, processes and workers. A <see cref="Thread"/> among them costs a thread that waits for it.
    /// </param>
    /// <returns>How each ended, and which are late. It never ends as canceled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ArgumentException">An item is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// An item was not started, was disposed, or is the caller itself; the message names it. Nothing was waited for
    /// then.
    /// </exception>
    public static Task<StopReport> AllAsync(TimeSpan timeout, StopToken stop, params ReadOnlySpan<Joinable> items)
    {
        Check(timeout, items);
        return WaitAsync(timeout, stop, items.ToArray());
    }

    /// <summary>
    /// Waits, without blocking a thread, until all have ended, the time is up, or a token is canceled.
    /// </summary>
    /// <param name="timeout">
    /// How long at most, for all together; zero only looks, infinite has no limit. Up to 24 days.
    /// </param>
    /// <param name="giveUp">Ends the wait early; the report then says which have not ended. An end wins a tie.</param>
    /// <param name="items">
    /// Threads, tasks, processes and workers. A <see cref="Thread"/> among them costs a thread that waits for it.
    /// </param>
    /// <returns>How each ended, and which are late. It never ends as canceled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not infinite, or too long.
    /// </exception>
    /// <exception cref="ArgumentException">An item is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// An item was not started, was disposed, or is the caller itself; the message names it. Nothing was waited for
    /// then.
    /// </exception>
    public static Task<StopReport> AllAsync(TimeSpan timeout, CancellationToken giveUp, params ReadOnlySpan<Joinable> items)
    {
        Check(timeout, items);
        return WaitAsync(timeout, TimeProvider.System, items.ToArray(), giveUp);
    }

    private static async Task<StopReport> WaitAsync(TimeSpan timeout, StopToken stop, Joinable[] items)
    {
        var report = await WaitAsync(timeout, TimeProvider.System, items, GiveUp(stop)).ConfigureAwait(false);
        TellOfStop(stop, report);
        return report;
    }

    private static CancellationToken GiveUp(StopToken stop) =>
        stop.Source?.CancellationTokenOf(StopStage.Stopping) ?? CancellationToken.None;

    private static void TellOfStop(StopToken stop, StopReport report)
    {
        if (!report.IsComplete)
            _ = stop.IsStopRequested; // if that ended the wait, the caller is told of it here
    }

    private static void Wait(TimeSpan timeout, ReadOnlySpan<Joinable> items)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        foreach (var item in items)
            item.Wait(Timeouts.WholeMilliseconds(Timeouts.Left(timeout, time.GetElapsedTime(start))));
    }

    private static async Task<StopReport> WaitAsync(TimeSpan timeout, TimeProvider time, Joinable[] items, CancellationToken giveUp)
    {
        var start = time.GetTimestamp();
        if (timeout == TimeSpan.Zero)
            return Report(items, TimeSpan.Zero); // only looks: no thread needs to wait for a thread
        var hasWaited = false;
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(giveUp))
        using (var timeUp = timeout == Timeout.InfiniteTimeSpan
            ? null
            : GuardedClock.CancelAfter(Timeouts.WholeMilliseconds(timeout), time))
        {
            using var tie = timeUp?.Token.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), end);
            // One after the other: they have one deadline, and each wait that it ends leaves nothing behind at its item.
            foreach (var item in items)
            {
                if (item.WhenEnded(end.Token) is { IsCompleted: false } ended)
                {
                    hasWaited = true;
                    await ended.ConfigureAwait(false);
                }
            }
        }

        // The thread that has ended an item, or fired the timer, must not run the code behind the caller's await.
        if (hasWaited)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return Report(items, time.GetElapsedTime(start));
    }

    private static void Check(TimeSpan timeout, ReadOnlySpan<Joinable> items)
    {
        Timeouts.Check(timeout);
        foreach (var item in items)
        {
            if (item is null)
                throw new ArgumentException("An item to join is null.", nameof(items));
            item.Check();
        }
    }

    private static StopReport Report(ReadOnlySpan<Joinable> items, TimeSpan elapsed)
    {
        var entries = new List<StopReportEntry>();
        foreach (var item in items)
            entries.AddRange(item.Entries());
        return new StopReport("join", entries, elapsed);
    }
}
