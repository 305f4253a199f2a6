using System.Diagnostics;

namespace StopKit;

/// <summary>Tells of a member that was made anew and started.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{Path,nq}: restart {Restarts}")]
public sealed class MemberRestartedEventArgs : EventArgs
{
    internal MemberRestartedEventArgs(string path, Worker worker, int restarts, Exception? exception)
    {
        Path = path;
        Worker = worker;
        Restarts = restarts;
        Exception = exception;
    }

    /// <summary>
    /// Gets the names from the outermost group down to the member, as in a report: <c>app/mail/sender-3</c>.
    /// </summary>
    public string Path { get; }

    /// <summary>Gets the worker that was started.</summary>
    public Worker Worker { get; }

    /// <summary>Gets how often this member was restarted: 1 or more.</summary>
    public int Restarts { get; }

    /// <summary>Gets what the worker before it has failed with; null if it had completed.</summary>
    public Exception? Exception { get; }
}
