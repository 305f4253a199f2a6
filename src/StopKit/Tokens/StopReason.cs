using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>Says why a stop or an abort was requested, in words that a person and a program can read.</summary>
/// <remarks>
/// Immutable and thread-safe. The one thing that is filled in later is <see cref="RequestedAt"/>, once, by the first
/// <see cref="StopSource"/> that is handed the reason; make a new reason for each request.
/// </remarks>
[DebuggerDisplay("{Cause}: {Message,nq}")]
public sealed class StopReason
{
    private readonly int _number; // the signal, the exit code, or the milliseconds of a limit
    private readonly object? _detail; // the exception, or the name of a limit
    private string? _message; // null until the text of a limit is read
    private long _stamp; // 0, the UTC ticks, or the complement of the system's tick count

    private StopReason(StopCause cause, string? message, object? detail = null, int number = 0)
    {
        Cause = cause;
        _message = message;
        _detail = detail;
        _number = number;
    }

    /// <summary>Gets the kind of thing that asked.</summary>
    public StopCause Cause { get; }

    /// <summary>Gets the reason as an English phrase, such as <c>SIGTERM received</c> or <c>grace of 5 s expired</c>; never empty.</summary>
    /// <remarks>One line: a line break in what it was made of is a space here, and any other control character U+FFFD.</remarks>
    public string Message => _message ??= LimitText(TimeSpan.FromMilliseconds(_number), (string)_detail!); // two threads make equal texts

    /// <summary>Gets the exception of the worker that failed, or <see langword="null"/> for any other cause.</summary>
    public Exception? Exception => _detail as Exception;

    /// <summary>Gets the signal that was received, or <see langword="null"/> for any other cause.</summary>
    public PosixSignal? Signal => Cause == StopCause.Signal ? (PosixSignal)_number : null;

    /// <summary>Gets the exit code of the worker that exited, or <see langword="null"/> for any other cause.</summary>
    public int? ExitCode => Cause == StopCause.WorkerExited ? _number : null;

    /// <summary>
    /// Gets the time, in UTC by the source's <see cref="TimeProvider"/>, at which a source was first handed this reason;
    /// <see cref="DateTimeOffset.MinValue"/> until then.
    /// </summary>
    /// <remarks>On the system's clock it is as coarse as the system's tick, up to 16 ms.</remarks>
    public DateTimeOffset RequestedAt
    {
        get
        {
            var stamp = Volatile.Read(ref _stamp);
            if (stamp < 0)
            {
                var now = TimeProvider.System.GetUtcNow();
                var ticks = (now - TimeSpan.FromMilliseconds(Environment.TickCount64 - ~stamp)).UtcTicks;
                // Compare-exchange, because the first time that is read has to stay, also if the system's clock is set meanwhile.
                var before = Interlocked.CompareExchange(ref _stamp, ticks, stamp);
                stamp = before == stamp ? ticks : before;
            }

            return new DateTimeOffset(stamp, TimeSpan.Zero);
        }
    }

    /// <summary>Makes the reason of a request by the program itself.</summary>
    /// <param name="message">Why, as a phrase; <c>stop requested</c> if null or blank.</param>
    /// <returns>A new reason.</returns>
    public static StopReason Requested(string? message = null) =>
        new(StopCause.Requested, string.IsNullOrWhiteSpace(message) ? "stop requested" : SafeText.Line(message));

    /// <summary>Makes the reason <c>SIGTERM received</c>, with the name of <paramref name="signal"/>.</summary>
    /// <param name="signal">The signal; a raw signal number is named by its number.</param>
    /// <returns>A new reason.</returns>
    public static StopReason FromSignal(PosixSignal signal) =>
        new(StopCause.Signal, $"{SignalNumbers.NameOf(signal)} received", number: (int)signal);

    /// <summary>Makes the reason <c>deadline of 5 s expired</c>.</summary>
    /// <param name="limit">How long the limit was: any value, since it is only named.</param>
    /// <param name="name">What the limit is called, such as <c>grace</c>.</param>
    /// <returns>A new reason.</returns>
    public static StopReason Deadline(TimeSpan limit, string name = "deadline")
    {
        // The text is made when it is read: most deadlines never expire.
        var isWhole = limit.Ticks % TimeSpan.TicksPerMillisecond == 0 && limit >= Timeout.InfiniteTimeSpan && limit <= Timeouts.Longest;
        return isWhole
            ? new(StopCause.Deadline, message: null, detail: name ?? "", number: (int)limit.TotalMilliseconds)
            : new(StopCause.Deadline, LimitText(limit, name));
    }

    /// <summary>Makes the reason that a worker failed.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="exception">What it threw.</param>
    /// <returns>A new reason.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is null or empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static StopReason WorkerFailed(string worker, Exception exception)
    {
        ArgumentException.ThrowIfNullOrEmpty(worker);
        ArgumentNullException.ThrowIfNull(exception);
        return new(StopCause.WorkerFailed, SafeText.Line($"{worker} failed: {exception.GetType().Name}: {exception.Message}"), exception);
    }

    /// <summary>Makes the reason that a worker left the program with an exit code.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="exitCode">The exit code that it asked for.</param>
    /// <returns>A new reason.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is null or empty.</exception>
    public static StopReason WorkerExited(string worker, int exitCode)
    {
        ArgumentException.ThrowIfNullOrEmpty(worker);
        return new(
            StopCause.WorkerExited, SafeText.Line(string.Create(CultureInfo.InvariantCulture, $"{worker} exited with code {exitCode}")), number: exitCode);
    }

    /// <summary>Makes the reason <c>host is stopping</c>.</summary>
    /// <returns>A new reason.</returns>
    public static StopReason HostStopping() => new(StopCause.HostStopping, "host is stopping");

    /// <summary>Makes the reason <c>process is exiting</c>.</summary>
    /// <returns>A new reason.</returns>
    public static StopReason ProcessExit() => new(StopCause.ProcessExit, "process is exiting");

    /// <summary>Makes the reason that a <see cref="CancellationToken"/> from elsewhere was canceled.</summary>
    /// <returns>A new reason.</returns>
    public static StopReason TokenCanceled() => new(StopCause.CancellationToken, "cancellation token cancelled");

    /// <summary>Does what <see cref="TokenCanceled"/> does.</summary>
    /// <returns>A new reason.</returns>
    [Obsolete("Use TokenCanceled.")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static StopReason TokenCancelled() => TokenCanceled();

    /// <summary>Makes the reason that the owner of the work was disposed.</summary>
    /// <param name="owner">The owner's name.</param>
    /// <returns>A new reason.</returns>
    /// <exception cref="ArgumentException"><paramref name="owner"/> is null or empty.</exception>
    public static StopReason Disposed(string owner)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        return new(StopCause.Disposed, SafeText.Line($"{owner} was disposed"));
    }

    /// <summary>Makes a <see cref="StopCause.Requested"/> reason of a phrase; null stays null.</summary>
    /// <param name="message">Why, as a phrase; <c>stop requested</c> if blank.</param>
    /// <returns>A new reason, or null.</returns>
    [return: NotNullIfNotNull(nameof(message))]
    public static implicit operator StopReason?(string? message) => message is null ? null : Requested(message);

    /// <summary>Returns <see cref="Message"/>.</summary>
    /// <returns>The phrase.</returns>
    public override string ToString() => Message;

    /// <summary>Makes the reason of a request that gave none, stamped.</summary>
    internal static StopReason RequestedNow(TimeProvider time)
    {
        var reason = Requested();
        reason._stamp = StampOf(time); // plain: no other thread has it yet
        return reason;
    }

    /// <summary>Stamps <see cref="RequestedAt"/>, unless it is stamped.</summary>
    internal StopReason Stamp(TimeProvider time)
    {
        // Compare-exchange, because two sources may be handed one reason at once and a stamp that was read must stay.
        if (Volatile.Read(ref _stamp) == 0)
            Interlocked.CompareExchange(ref _stamp, StampOf(time), 0);
        return this;
    }

    // The tick count costs a sixth of the time, and no request is stamped more exactly than its reader needs.
    private static long StampOf(TimeProvider time) =>
        ReferenceEquals(time, TimeProvider.System) ? ~Environment.TickCount64 : GuardedClock.UtcNow(time).UtcTicks;

    private static string LimitText(TimeSpan limit, string? name) => SafeText.Line($"{name} of {DurationText.Duration(limit)} expired");
}
