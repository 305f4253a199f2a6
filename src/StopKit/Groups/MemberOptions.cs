using System.Diagnostics;

namespace StopKit;

/// <summary>Says how one member is run by its group.</summary>
/// <remarks>Immutable and thread-safe; one instance may serve many members.</remarks>
[DebuggerDisplay("Order = {Order}, Policy = {Policy}")]
public sealed record MemberOptions
{
    internal static readonly MemberOptions Default = new();

    /// <summary>Gets its place in the order of start and stop: 0 by default; any value.</summary>
    /// <remarks>
    /// Lower orders start first and stop last; two or more members of one order start and stop together.
    /// </remarks>
    public int Order { get; init; }

    /// <summary>Gets what to do when this member fails: null, the group's policy, by default.</summary>
    public FailurePolicy? Policy { get; init; }

    /// <summary>Gets the options of a worker that is made from a body: null, the group's, by default.</summary>
    /// <remarks>
    /// A worker that was made before, or by a factory, has its own options: for those this must be null.
    /// </remarks>
    public WorkerOptions? Worker { get; init; }
}
