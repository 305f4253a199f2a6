namespace StopKit;

/// <summary>What becomes of a post that had to wait.</summary>
internal enum PostAnswer : byte
{
    /// <summary>The queue takes no more.</summary>
    Refused,

    /// <summary>The queue has its item.</summary>
    Accepted,

    /// <summary>Its caller gave up while the queue was full.</summary>
    GivenUp,
}
