using Microsoft.Extensions.Time.Testing;

namespace StopKit.Testing;

/// <summary>Runs one worker, or a group, on a clock that the test moves, and never hangs.</summary>
/// <remarks>
/// <para>
/// The worker is started with the test. Its clock stands still until <see cref="Advance"/>; a worker without a clock of
/// its own has it from its start on. <see cref="Create"/> makes a worker that needs the clock before that.
/// </para>
/// <para>
/// No wait of the test lasts longer than <see cref="WorkerTestOptions.Watchdog"/> in real time: it fails then with the
/// worker's last checkpoint. While something waits for the worker's end with a limit (<c>TryJoin</c>, <c>Stop</c>,
/// <c>Dispose</c>), the clock moves by itself whenever every worker waits, and to the end of that limit when the
/// watchdog's time is over. The looks of a worker that is given up hold it, on a background thread.
/// </para>
/// <para>
/// Thread safety: every member may be called from any thread; the clock is to be moved by one at a time. After
/// <see cref="DisposeAsync"/> nothing throws that did not throw before: the worker has ended.
/// </para>
/// </remarks>
public sealed class WorkerTest : IAsyncDisposable
{
    private readonly WorkerTestRecord _record;

    /// <summary>Starts a worker on a clock of the test's.</summary>
    /// <param name="worker">The worker, not started and without a clock of its own.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="worker"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="worker"/> has a clock of its own.</exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="worker"/> was started or disposed, or is in a group.
    /// </exception>
    public WorkerTest(Worker worker, WorkerTestOptions? options = null)
        : this(_ => worker ?? throw new ArgumentNullException(nameof(worker)), options, nameof(worker))
    {
    }

    private WorkerTest(Func<FakeTimeProvider, Worker> make, WorkerTestOptions? options, string parameter)
    {
        _record = new WorkerTestRecord(options ?? new WorkerTestOptions());
        Worker = make(Clock) ?? throw new ArgumentException("The function returned no worker.", parameter);
        Worker.Start(_record.Root.Token);
        if (_record.HasOtherClock)
        {
            throw new ArgumentException(
                $"Worker '{Worker.Name}' has a clock of its own, which the test cannot move. "
                + "Make it by WorkerTest.Create, with the test's clock.",
                parameter);
        }
    }

    /// <summary>Gets the worker.</summary>
    public Worker Worker { get; }

    /// <summary>Gets the clock of the test, which every worker of it has that has none of its own.</summary>
    public FakeTimeProvider Clock => _record.Clocks.Own;

    private RealTime NewWatch => new(_record.Options.Watchdog);

    // A group whose members have not all started is about to start one.
    private bool IsStarted => Worker.WhenReady.IsCompleted;

    /// <summary>Makes a worker that needs the test's clock, and starts it.</summary>
    /// <param name="worker">Makes the worker with the clock, for its options or for what it works with.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The test.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="worker"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="worker"/> returns null, or a worker with another clock.</exception>
    /// <exception cref="InvalidOperationException">The worker was started or disposed, or is in a group.</exception>
    public static WorkerTest Create(Func<FakeTimeProvider, Worker> worker, WorkerTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return new WorkerTest(worker, options, nameof(worker));
    }

    /// <summary>Waits until every worker of the test waits: for the clock, for a handle, for an item or for the stop.</summary>
    /// <returns>
    /// A task that ends then. It faults with <see cref="StopTestException"/> if the worker ends instead, or does not
    /// wait within <see cref="WorkerTestOptions.Watchdog"/>.
    /// </returns>
    /// <remarks>
    /// A wait of StopKit for the clock, the stop, an event or a queue's item is seen at once. Any other, such as
    /// <c>Task.Delay</c>, a wait for a handle or a call that was given the token, is taken for one when the worker has
    /// looked and does nothing for a fifth of a second; for two while other threads of the process are busy.
    /// </remarks>
    public async Task UntilWaiting()
    {
        var watch = NewWatch;
        while (true)
        {
            ThrowIfEnded();
            var isStarted = IsStarted;
            var waiting = isStarted ? _record.Clocks.WhenAllWait() : Worker.WhenReady;
            var pause = RealTime.PauseAsync();
            var first = await Task.WhenAny(waiting, pause, Worker.Completion).ConfigureAwait(false);
            // Not looked at again: on a clock that advances by itself the moment may be over.
            if ((first == waiting && isStarted) || (first == pause && HasComeToRest(watch)))
                return;
        }
    }

    /// <summary>Waits until the worker ends without being asked to by this call.</summary>
    /// <returns>
    /// A task that ends with the result, whatever that is. It faults with <see cref="StopTestException"/> if the worker
    /// has not ended within <see cref="WorkerTestOptions.Watchdog"/>.
    /// </returns>
    public async Task<WorkerResult> UntilEnded()
    {
        var watch = NewWatch;
        while (!Worker.Completion.IsCompleted)
        {
            var pause = RealTime.PauseAsync();
            if (await Task.WhenAny(pause, Worker.Completion).ConfigureAwait(false) != pause)
                break;
            watch.Note(_record.Activity);
            if (watch.IsOver)
                throw Late("has not ended");
        }

        return await Worker.Completion.ConfigureAwait(false);
    }

    /// <summary>Moves the clock, and fires each timer on the way at its time.</summary>
    /// <param name="by">By how much; zero or more.</param>
    /// <remarks>
    /// Before it goes past a time at which a timer has fired, it waits until every worker waits again, as
    /// <see cref="UntilWaiting"/> does: a worker with a period of 10 s ticks three times in 30 s. It returns when the
    /// timers that are due at the end have fired, not when the workers have done what these set going.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    /// <exception cref="StopTestException">
    /// A worker did not wait again within <see cref="WorkerTestOptions.Watchdog"/>.
    /// </exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = Clock.GetTimestamp() + by.Ticks; // the frequency is that of ticks
        while (true)
        {
            var left = TimeSpan.FromTicks(Math.Max(0, end - Clock.GetTimestamp()));
            var next = _record.Clocks.Own.UntilNext() is { } due && due < left ? due : left;
            Clock.Advance(next);
            if (next == left)
                return;
            WaitForRest();
        }
    }

    /// <summary>Stops the worker, and waits for its end.</summary>
    /// <param name="grace">
    /// How long after this call an abort follows, by the test's clock; that of the worker's options if null.
    /// </param>
    /// <returns>
    /// A task that ends with the result. It faults with <see cref="StopTestException"/> if the worker has ended neither
    /// after the stop nor after the abort.
    /// </returns>
    /// <remarks>
    /// Until it has ended the clock moves by itself whenever every worker waits, so that a cleanup may wait for it. If
    /// the worker has not ended within <see cref="WorkerTestOptions.Watchdog"/>, the grace is let pass.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="grace"/> is negative and not infinite, or too long.
    /// </exception>
    public async Task<WorkerResult> StopAsync(TimeSpan? grace = null)
    {
        var stop = Worker.StopAsync(grace);
        var watch = NewWatch;
        while (!stop.IsCompleted)
        {
            var pause = RealTime.PauseAsync();
            if (await Task.WhenAny(pause, stop).ConfigureAwait(false) != pause)
                break;
            watch.Note(_record.Activity);
            // Without a limit by the clock there is nothing that the watchdog could move.
            if (grace == Timeout.InfiniteTimeSpan && watch.IsOver)
                throw Late("has not ended");
        }

        var result = await stop.ConfigureAwait(false);
        return result.Outcome == WorkerOutcome.Abandoned ? throw Late("has not ended") : result;
    }

    /// <summary>Stops the worker if it runs, as <see cref="StopAsync"/> does.</summary>
    /// <returns>
    /// A task that ends when the worker has. It faults with <see cref="StopTestException"/> if the worker does not end,
    /// unless the test has been told before.
    /// </returns>
    public async ValueTask DisposeAsync()
    {
        if (!_record.IsGivenUp)
            await StopAsync().ConfigureAwait(false);
        if (Worker.Completion.IsCompleted)
            await Worker.DisposeAsync().ConfigureAwait(false);
        _record.Root.Dispose();
    }

    private void WaitForRest()
    {
        var watch = NewWatch;
        while (!Worker.Completion.IsCompleted)
        {
            var isStarted = IsStarted;
            var waiting = isStarted ? _record.Clocks.WhenAllWait() : Worker.WhenReady;
            // A pause of the pool's, and not of this thread alone: without a thread of the pool the worker could not go on either.
            var first = Task.WaitAny(waiting, Worker.Completion, RealTime.PauseAsync());
            if ((first == 0 && isStarted) || (first == 2 && HasComeToRest(watch)))
                return;
        }
    }

    /// <summary>Notes a pause in which not every worker was seen to wait.</summary>
    private bool HasComeToRest(RealTime watch)
    {
        watch.Note(_record.Activity);
        if (watch.IsQuiet && _record.HasLooked)
            return true;
        return watch.IsOver ? throw Late("neither waits nor ends") : false;
    }

    private void ThrowIfEnded()
    {
        if (Worker.Completion.IsCompletedSuccessfully && Worker.Completion.Result is { } result)
            throw new StopTestException($"{result}. It has ended, and so waits for nothing", result.Exception);
    }

    private StopTestException Late(string what)
    {
        var late = Text.Late(Worker);
        _record.GiveUp();
        what = $"{what} within {Text.Duration(_record.Options.Watchdog)}: {_record.LooksText()}";
        return new StopTestException($"{late} {what}. It is left behind in the background", innerException: null);
    }
}
