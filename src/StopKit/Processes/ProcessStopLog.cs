using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace StopKit;

/// <summary>Logs the stop of a process, if anybody wants to know.</summary>
internal sealed class ProcessStopLog(ILogger? logger)
{
    private readonly ILogger? _logger = logger is null ? null : GuardedLogger.For(logger);

    internal void Asked(int processId, PosixSignal signal)
    {
        if (_logger is not null)
            ProcessLog.Asked(_logger, processId, SignalNumbers.NameOf(signal));
    }

    internal void Ended(ProcessStopResult result)
    {
        if (_logger is null)
            return;
        if (result.KilledDescendants.Count > 0)
            ProcessLog.DescendantsKilled(_logger, result.ProcessId, ProcessStopResult.List(result.KilledDescendants));
        if (result is { IsConfirmed: false, Outcome: not ProcessStopOutcome.AccessDenied })
            ProcessLog.EndNotConfirmed(_logger, result);
        else
            ProcessLog.Stopped(_logger, result);
    }
}
