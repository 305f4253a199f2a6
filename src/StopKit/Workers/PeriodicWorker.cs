namespace StopKit;

/// <summary>An <see cref="AsyncWorker"/> that does something again and again, once every period.</summary>
/// <remarks>
/// The first tick comes one period after the start. Ticks keep the phase of the start, never overlap, and late ones are coalesced: however
/// many were missed, one follows at once. A stop ends the loop, it does not throw; a tick that throws ends the worker with its fault;
/// <see cref="Complete"/> says that the work is done.
/// Thread safety and life cycle: see <see cref="Worker"/>.
/// </remarks>
public abstract class PeriodicWorker : AsyncWorker
{
    private readonly StopEvent _completed;

    /// <summary>Makes a worker; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="period">The time from tick to tick, on the options' clock; more than zero, up to 24 days.</param>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive, or too long.</exception>
    protected PeriodicWorker(TimeSpan period, string? name = null, WorkerOptions? options = null)
        : base(name, options)
    {
        if (period <= TimeSpan.Zero || period > Timeouts.Longest)
            throw new ArgumentOutOfRangeException(nameof(period), period, "The period must be positive, up to 24 days.");
        Period = period;
        _completed = new StopEvent(timeProvider: Options.TimeProvider);
    }

    /// <summary>Gets the time from tick to tick.</summary>
    public TimeSpan Period { get; }

    /// <summary>Starts a worker that calls <paramref name="tick"/> once every period.</summary>
    /// <param name="name">The name; <c>PeriodicWorker</c> and a number if blank.</param>
    /// <param name="period">The time from tick to tick, on the options' clock; more than zero, up to 24 days.</param>
    /// <param name="tick">What to do.</param>
    /// <param name="stop">Stops the worker too, when it stops; none by default.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <returns>The worker, started.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tick"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive, or too long.</exception>
    public static PeriodicWorker Start(
        string name, TimeSpan period, Func<StopToken, Task> tick, StopToken stop = default, WorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tick);
        var worker = new TickWorker(name, period, tick, options);
        worker.Start(stop);
        return worker;
    }

    /// <summary>Begins no further tick, so that the worker completes.</summary>
    /// <remarks>It does not wait for a tick that is under way, and has no effect after the end.</remarks>
    public void Complete() => _completed.Set();

    /// <summary>Does what is to be done once every period.</summary>
    /// <param name="stop">The worker's token.</param>
    /// <returns>A task that ends with the tick.</returns>
    protected abstract Task TickAsync(StopToken stop);

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(StopToken stop)
    {
        var time = Options.TimeProvider;
        var start = time.GetTimestamp();
        for (long ticks = 1; ; ticks = Math.Max(ticks + 1, Passed()))
        {
            var untilDue = (ticks * Period) - time.GetElapsedTime(start);
            if (await _completed.WaitAsync(untilDue > TimeSpan.Zero ? untilDue : TimeSpan.Zero, stop).ConfigureAwait(false) || stop.IsStopRequested)
                return;
            await TickAsync(stop).ConfigureAwait(false);
        }

        // How many periods have passed: of the ticks that were missed only the last is made up for.
        long Passed() => time.GetElapsedTime(start).Ticks / Period.Ticks;
    }

    private sealed class TickWorker(string name, TimeSpan period, Func<StopToken, Task> tick, WorkerOptions? options)
        : PeriodicWorker(period, name, options)
    {
        private protected override string Kind => nameof(PeriodicWorker);

        private protected override bool HasCleanUp => false;

        protected override Task TickAsync(StopToken stop) => tick(stop);
    }
}
