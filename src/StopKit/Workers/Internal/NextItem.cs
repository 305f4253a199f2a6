namespace StopKit;

/// <summary>What a handler of a queue gets when it asks for the next item.</summary>
internal enum NextItem : byte
{
    /// <summary>There will be no more.</summary>
    None,

    /// <summary>There is none yet: the handler is queued and released when there may be one.</summary>
    Wait,

    /// <summary>An item.</summary>
    Taken,
}
