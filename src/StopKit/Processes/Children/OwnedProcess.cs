using System.Diagnostics;

namespace StopKit;

/// <summary>What only the <see cref="Process"/> of a child can tell: when .NET has reaped it, and its exit code.</summary>
internal sealed class OwnedProcess
{
    private static readonly TimeSpan ReapLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private OwnedProcess(Process process) => _process = process;

    /// <summary>Wraps a process that this program has started; null for any other, whose exit code .NET gives as 0.</summary>
    internal static OwnedProcess? Of(Process process)
    {
        try
        {
            _ = process.StartInfo; // throws if another one started it
            return new OwnedProcess(process);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Waits a moment until .NET has seen the end, which has come; null if it has not, or the process was disposed.</summary>
    internal int? ReadExitCode()
    {
        try
        {
            // Never WaitForExit, which may also wait for the end of the output, and a grandchild may hold that open.
            using var limit = new TimeLimit(ReapLimit, TimeProvider.System);
            while (!_process.HasExited && !limit.IsOver)
                limit.Pause();
            return _process.HasExited ? _process.ExitCode : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
