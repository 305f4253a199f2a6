using System.Diagnostics;
using System.Globalization;

namespace StopKit;

/// <summary>
/// Leaves the program, or a worker alone, from any depth with an exit code; <c>finally</c> blocks run on the way out.
/// </summary>
/// <remarks>
/// In the main of a <see cref="StopApp"/> its code becomes the process's; in a <see cref="Worker"/> it ends that worker
/// with <see cref="WorkerOutcome.Exited"/>. Thread-safe as far as <see cref="Exception"/> is: what is added here is
/// immutable. The idea is Python's <c>SystemExit</c>.
/// </remarks>
/// <param name="exitCode">
/// The exit code; on Unix the system keeps its lowest eight bits, and <see cref="StopApp"/> makes 1 of a code that
/// would become 0 by that, such as 256.
/// </param>
/// <param name="message">Why, as a phrase; <c>exit with code …</c> if null.</param>
[DebuggerDisplay("ExitCode = {ExitCode}")]
public sealed class ExitException(int exitCode, string? message = null)
    : Exception(message ?? string.Create(CultureInfo.InvariantCulture, $"exit with code {exitCode}"))
{
    /// <summary>Gets the exit code.</summary>
    public int ExitCode { get; } = exitCode;
}
