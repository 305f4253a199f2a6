namespace StopKit;

/// <summary>Tells of the stop of the host, and requests it: a singleton for any service of the program.</summary>
/// <remarks>Thread-safe. It answers before the start of the host, and after its end.</remarks>
public interface IHostStop
{
    /// <summary>Gets the token that stops when the host does, and aborts when its grace is over.</summary>
    /// <remarks>
    /// Its reason is the signal, <see cref="StopCause.HostStopping"/> for
    /// <c>IHostApplicationLifetime.StopApplication()</c>, or the failure of a worker or of a <c>BackgroundService</c>.
    /// </remarks>
    StopToken Token { get; }

    /// <summary>
    /// Gets a value indicating whether the host is about to stop: from the first signal on, also while the drain delay
    /// holds the stop back, or from the stop on. Take no new work from outside.
    /// </summary>
    bool IsDraining { get; }

    /// <summary>
    /// Gets a value indicating whether the host takes work from outside: it has started, all workers are ready, and it
    /// is not about to stop. What a readiness probe asks for.
    /// </summary>
    bool IsReady { get; }

    /// <summary>
    /// Gets a report of all workers and hosted services: as things stand, and after the stop how each ended.
    /// </summary>
    StopReport Report { get; }

    /// <summary>Requests that the host stops; does not wait for it, and for no drain delay.</summary>
    /// <param name="reason">Why; <see cref="StopReason.Requested"/> if null.</param>
    /// <param name="grace">
    /// How long after this call an abort follows; <see cref="StopKitOptions.Grace"/> if null. A later call may make it
    /// shorter, never longer.
    /// </param>
    /// <returns>
    /// True if this call requested the stop; false if it had been requested, or the host has stopped.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="grace"/> is negative and not infinite, or too long.
    /// </exception>
    bool RequestStop(StopReason? reason = null, TimeSpan? grace = null);
}
