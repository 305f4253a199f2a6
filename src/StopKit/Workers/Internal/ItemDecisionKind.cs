namespace StopKit;

/// <summary>The kinds of <see cref="ItemDecision"/>.</summary>
internal enum ItemDecisionKind : byte
{
    /// <summary>The worker ends with the fault.</summary>
    Stop,

    /// <summary>The item is left out.</summary>
    Skip,

    /// <summary>The item is handled again.</summary>
    Retry,
}
