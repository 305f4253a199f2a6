namespace StopKit;

/// <summary>
/// Ties a child source to one of its parents; the parent's gate guards it, except where a member says otherwise.
/// </summary>
/// <remarks>
/// <code>
/// Loose ──parent.Attach──▶ Attached ──parent.Detach, or the parent aborted──▶ Dead
///   └────────────────child disposed first──────────────────────────────────────▶
/// </code>
/// </remarks>
internal sealed class StopLink(StopSource parent, StopSource child, bool abortOnly)
{
    internal enum LinkState
    {
        Loose,
        Attached,
        Dead,
    }

    internal readonly StopSource Parent = parent;
    internal readonly StopSource Child = child;

    /// <summary>True if only aborts flow down, as into a shield.</summary>
    internal readonly bool AbortOnly = abortOnly;

    internal LinkState State;
    internal StopLink? Previous;
    internal StopLink? Next;

    /// <summary>The next link of the same child to another parent; guarded by the child's gate.</summary>
    internal StopLink? NextParent;
}
