using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace StopKit;

/// <summary>The name of <see cref="ForcedStopMode"/> in version 0.1.</summary>
[Obsolete("Use ForcedStopMode.")]
[EditorBrowsable(EditorBrowsableState.Never)]
[Experimental("STOPKIT001")] // not by the name of the constant: an obsolete type may not use what is experimental
public enum ForcedStopMeans
{
    /// <summary>See <see cref="ForcedStopMode.Interrupt"/>.</summary>
    Interrupt = 0,

    /// <summary>See <see cref="ForcedStopMode.InterruptThenAbort"/>.</summary>
    InterruptThenAbort = 1,
}
