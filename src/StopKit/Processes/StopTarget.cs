namespace StopKit;

/// <summary>A process to stop, and what belongs to it: the steps of a <see cref="StopRun"/> on one kind of system.</summary>
/// <remarks>Used by one thread at a time.</remarks>
internal abstract class StopTarget(int processId, OwnedProcess? owned) : IDisposable
{
    /// <summary>What became of a signal.</summary>
    internal enum Answer
    {
        Sent,
        Gone,
        Denied,
    }

    internal int ProcessId { get; } = processId;

    /// <summary>Gets the .NET object of a child of this program; null for other processes.</summary>
    internal OwnedProcess? Owned { get; } = owned;

    /// <summary>Gets a value indicating whether the process itself has not ended, as far as was seen.</summary>
    internal abstract bool IsRootAlive { get; }

    /// <summary>Gets a value indicating whether the process itself was killed.</summary>
    internal abstract bool IsRootKilled { get; }

    /// <summary>Gets a value indicating whether the process itself was asked.</summary>
    internal abstract bool WasRootAsked { get; }

    /// <summary>Gets a value indicating whether there may be something to stop although the process itself has ended.</summary>
    internal virtual bool MayHaveLeftovers => false;

    /// <summary>Gets the ids of all that have not ended, as far as was seen.</summary>
    internal abstract IReadOnlyList<int> Living { get; }

    /// <summary>Gets the ids of the descendants that have ended after they were killed.</summary>
    internal virtual IReadOnlyList<int> KilledDescendants => [];

    /// <summary>Gets why descendants could not be looked for the last time; null if they could.</summary>
    internal virtual Exception? LookFailure => null;

    /// <summary>Sends the request to the process itself.</summary>
    internal abstract Answer Ask(int signal);

    /// <summary>Asks those whose parents have ended and so will not ask them.</summary>
    internal virtual void AskOrphans(int signal)
    {
        // On most systems they are not known.
    }

    /// <summary>Looks at what has ended.</summary>
    /// <param name="forNewOnes">True: also looks for descendants that were not seen yet. False: only if that is due.</param>
    internal abstract void Look(bool forNewOnes);

    /// <summary>Keeps all from forking, if the system lets it.</summary>
    internal virtual void Freeze()
    {
        // Most systems have no way.
    }

    /// <summary>Kills all that are alive and were not killed before.</summary>
    internal abstract void Kill();

    /// <summary>Reads how the process has ended, as wait(2) has it; null if the system does not tell.</summary>
    internal virtual int? ReadWaitStatus() => null;

    public abstract void Dispose();
}
