using System.Diagnostics;

namespace StopKit;

/// <summary>A flag that one thread sets and others poll: the simplest way to ask a loop to end.</summary>
/// <remarks>
/// It never goes back. Thread-safe: code that sees it set sees all that the setter wrote before. It holds nothing to dispose. A loop
/// that sleeps is better served by a <see cref="StopToken"/>, whose wait ends at once on a stop, with a reason.
/// </remarks>
[DebuggerDisplay("IsSet = {IsSet}")]
public sealed class StopFlag
{
    private int _isSet;

    /// <summary>Gets a value indicating whether the flag was set.</summary>
    public bool IsSet => Volatile.Read(ref _isSet) != 0; // acquire: pairs with the exchange in Set

    /// <summary>Sets the flag.</summary>
    /// <returns>True if this call was the first, of any number of concurrent ones.</returns>
    public bool Set() => Interlocked.Exchange(ref _isSet, 1) == 0; // exchange: only one caller can find it unset
}
