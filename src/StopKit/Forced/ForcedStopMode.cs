using System.Diagnostics.CodeAnalysis;

namespace StopKit;

/// <summary>Says by what <see cref="ForcedStop"/> cuts a body off; what each can end is in the table there.</summary>
[Experimental(ForcedStop.DiagnosticId)]
public enum ForcedStopMode
{
    /// <summary>
    /// <see cref="Thread.Interrupt"/>, once: ends one managed wait, the one that the body is in or its next.
    /// </summary>
    Interrupt = 0,

    /// <summary>
    /// The same, and 100 ms later, if the body has not ended by then, the abort of
    /// <c>System.Runtime.ControlledExecution</c>, which ends managed code wherever it runs, and may crash the whole
    /// process.
    /// </summary>
    InterruptThenAbort = 1,
}
