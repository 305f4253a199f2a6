using System.Diagnostics;
using System.Globalization;

namespace StopKit;

/// <summary>
/// Says that the process of a <see cref="ProcessWorker"/> ended with a code other than 0 although it was not asked to
/// stop.
/// </summary>
/// <remarks>Its own properties never change and are safe to read from any thread.</remarks>
[DebuggerDisplay("ProcessId = {ProcessId}, ExitCode = {ExitCode}")]
public sealed class ProcessExitException : Exception
{
    internal ProcessExitException(string program, int processId, int exitCode)
        : base(string.Create(
            CultureInfo.InvariantCulture,
                $"{program} (process {processId}) ended with exit code {exitCode} although it was not asked to stop{Hint(exitCode)}"))
    {
        ProcessId = processId;
        ExitCode = exitCode;
    }

    /// <summary>Gets the id that the process had.</summary>
    public int ProcessId { get; }

    /// <summary>Gets the exit code; on Unix 128 + n if signal n ended it.</summary>
    public int ExitCode { get; }

    private static string Hint(int exitCode) =>
        !OperatingSystem.IsWindows() && exitCode is > 128 and <= 128 + SignalNumbers.Last
            ? $" ({SignalNumbers.NameOf(exitCode - 128)}, or its own choice)"
            : "";
}
