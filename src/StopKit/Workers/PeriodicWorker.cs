using System.ComponentModel;

namespace StopKit;

/// <summary>An <see cref="AsyncWorker"/> that does something again and again, once every period.</summary>
/// <remarks>
/// The first tick comes one period after the start, unless <see cref="PeriodicWorkerOptions.FirstDelay"/> says
/// otherwise. Ticks keep that phase and never overlap. Late ones are coalesced: however many were missed, one follows
/// at once; <see cref="PeriodicWorkerOptions.MissedTicks"/> can have them all made up for. A stop ends the loop, it
/// does not throw; a tick that throws ends the worker with its fault; <see cref="Complete"/> says that the work is
/// done. Thread safety and life cycle: see <see cref="Worker"/>.
/// </remarks>
public abstract class PeriodicWorker : AsyncWorker
{
    private readonly PeriodicWorkerOptions _options;
    private StopEvent _completed;

    /// <summary>Makes a worker; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="period">The time from tick to tick, on the options' clock; more than zero, up to 24 days.</param>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="period"/> is not positive, or too long.
    /// </exception>
    protected PeriodicWorker(TimeSpan period, string? name = null, WorkerOptions? options = null)
        : this(period, name, options is null ? PeriodicWorkerOptions.Default : new PeriodicWorkerOptions { Worker = options })
    {
    }

    /// <summary>Makes a worker that ticks as its options say; call <see cref="Worker.Start"/> to start it.</summary>
    /// <param name="period">The time from tick to tick, on the options' clock; more than zero, up to 24 days.</param>
    /// <param name="name">The name; the type's name and a number if null or blank.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="period"/> is not positive, or too long.
    /// </exception>
    protected PeriodicWorker(TimeSpan period, string? name, PeriodicWorkerOptions options)
        : base(name, options?.Worker)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (period <= TimeSpan.Zero || period > Timeouts.Longest)
            throw new ArgumentOutOfRangeException(nameof(period), period, "The period must be positive, up to 24 days.");
        Period = period;
        _options = options;
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
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="period"/> is not positive, or too long.
    /// </exception>
    public static PeriodicWorker Start(
        string name, TimeSpan period, Func<StopToken, Task> tick, StopToken stop = default, WorkerOptions? options = null)
    {
        var worker = Every(name, period, tick, options);
        worker.Start(stop);
        return worker;
    }

    /// <summary>Does not compile: it would start an <see cref="AsyncWorker"/>.</summary>
    /// <param name="name">Not used.</param>
    /// <param name="body">Not used.</param>
    /// <param name="stop">Not used.</param>
    /// <param name="options">Not used.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("This would start an AsyncWorker without a period. Pass the period before the tick, or call AsyncWorker.Start.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static new AsyncWorker Start(
        string name, Func<StopToken, Task>? body, StopToken stop = default, WorkerOptions? options = null) =>
        throw new NotSupportedException();

    /// <summary>Begins no further tick, so that the worker completes.</summary>
    /// <remarks>It does not wait for a tick that is under way, and has no effect after the end.</remarks>
    public void Complete() => Volatile.Read(ref _completed).Set();

    private protected override void OnInherited()
    {
        // A full fence: a Complete at the same time has set the old one, which is looked at then, or sets the new one.
        var old = Interlocked.Exchange(ref _completed, new StopEvent(timeProvider: Options.TimeProvider));
        if (old.IsSet)
            _completed.Set();
    }

    /// <summary>Does what is to be done once every period.</summary>
    /// <param name="stop">The worker's token.</param>
    /// <returns>A task that ends with the tick.</returns>
    protected abstract Task TickAsync(StopToken stop);

    /// <inheritdoc/>
    protected sealed override async Task RunAsync(StopToken stop)
    {
        var time = Options.TimeProvider;
        var start = time.GetTimestamp();
        var first = _options.FirstDelay ?? Period;
        for (long tick = 0; ; tick = Next(tick))
        {
            var due = first + (tick * Period) + Jitter();
            bool isDue;
            do
            {
                // In steps: a delay and its jitter may be longer together than one wait.
                var left = Timeouts.Left(due, time.GetElapsedTime(start));
                isDue = left <= Timeouts.Longest;
                var isCompleted = await _completed.WaitAsync(isDue ? left : Timeouts.Longest, stop).ConfigureAwait(false);
                if (isCompleted || stop.IsStopRequested)
                    return;
            }
            while (!isDue);
            await TickAsync(stop).ConfigureAwait(false);
        }

        // Of the ticks that were missed only the last is made up for, unless all are.
        long Next(long tick) => _options.MissedTicks == MissedTicks.CatchUp
            ? tick + 1
            : Math.Max(tick + 1, (time.GetElapsedTime(start) - first).Ticks / Period.Ticks);
    }

#pragma warning disable CA5394 // chance that needs no protection against prediction
    private TimeSpan Jitter() => _options.Jitter == TimeSpan.Zero ? TimeSpan.Zero : _options.Jitter * Random.Shared.NextDouble();
#pragma warning restore CA5394

    internal sealed class TickWorker(string name, TimeSpan period, Func<StopToken, Task> tick, PeriodicWorkerOptions options)
        : PeriodicWorker(period, name, options)
    {
        private protected override string Kind => nameof(PeriodicWorker);

        private protected override bool HasCleanUp => false;

        protected override Task TickAsync(StopToken stop) => tick(stop);
    }
}
