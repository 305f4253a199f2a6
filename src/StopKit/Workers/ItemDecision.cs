using System.Diagnostics;

namespace StopKit;

/// <summary>
/// Says what becomes of an item whose handler has thrown; see <see cref="QueueWorkerOptions{T}.ItemFailed"/>.
/// </summary>
/// <remarks>An immutable value, and so thread-safe; <c>default</c> is <see cref="Stop"/>.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct ItemDecision
{
    private ItemDecision(ItemDecisionKind kind, TimeSpan after = default)
    {
        Kind = kind;
        After = after;
    }

    /// <summary>
    /// Gets the decision that ends the worker with the fault; the item and all that wait behind it are handed back.
    /// </summary>
    public static ItemDecision Stop => default;

    /// <summary>
    /// Gets the decision to go on with the next item; this one counts in <see cref="QueueWorker{T}.SkippedCount"/>.
    /// </summary>
    public static ItemDecision Skip => new(ItemDecisionKind.Skip);

    internal ItemDecisionKind Kind { get; }

    internal TimeSpan After { get; }

    /// <summary>
    /// Makes the decision to handle the item again after a pause, by the same handler, which takes no other item
    /// meanwhile.
    /// </summary>
    /// <param name="after">The pause, by the worker's clock: zero to 24 days.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is negative or too long.</exception>
    public static ItemDecision Retry(TimeSpan after)
    {
        if (Timeouts.Check(after) == Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(after), after, "The pause must end: zero to 24 days.");
        return new ItemDecision(ItemDecisionKind.Retry, after);
    }

    /// <summary>Returns the decision's name, and the pause of a retry.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Kind == ItemDecisionKind.Retry ? $"Retry after {DurationText.Duration(After)}" : Kind.ToString();
}
