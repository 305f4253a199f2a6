using System.Diagnostics;

namespace StopKit;

/// <summary>
/// Thrown at a checkpoint that the worker chose to leave by exception, because a stop or an abort was requested.
/// </summary>
/// <remarks>
/// It is an <see cref="OperationCanceledException"/> with the token's <see cref="StopToken.Stopping"/> (or, for an
/// abort,
/// <see cref="StopToken.Aborting"/>) in it, so everything that treats cancellation well treats this well.
/// Thread-safe as far as <see cref="Exception"/> is: what is added here is immutable.
/// </remarks>
[DebuggerDisplay("{Stage}: {Reason}")]
public sealed class StopRequestedException : OperationCanceledException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why the stop or the abort was requested.</param>
    /// <param name="stage">The stage that was reached when it was thrown.</param>
    /// <param name="token">The cancelled token that belongs to the stage; none by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is null.</exception>
    public StopRequestedException(StopReason reason, StopStage stage, CancellationToken token = default)
        : base(reason?.Message, token)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Reason = reason;
        Stage = stage;
    }

    /// <summary>Makes the exception for work that was cut off, with what ended it.</summary>
    internal StopRequestedException(StopReason reason, StopStage stage, Exception innerException, CancellationToken token)
        : base(reason.Message, innerException, token)
    {
        Reason = reason;
        Stage = stage;
    }

    /// <summary>
    /// Gets the reason of the stop or, if <see cref="StopToken.ThrowIfAbortRequested"/> threw, of the abort.
    /// </summary>
    public StopReason Reason { get; }

    /// <summary>Gets the stage that was reached when the exception was thrown.</summary>
    public StopStage Stage { get; }
}
