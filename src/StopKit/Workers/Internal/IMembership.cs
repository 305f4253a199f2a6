namespace StopKit;

/// <summary>What a group wants to know of a worker that was added to it.</summary>
internal interface IMembership
{
    /// <summary>Gets the group.</summary>
    Worker Group { get; }

    /// <summary>
    /// Gets the member's name in paths: the worker's, and a number behind it where the group has several of that name.
    /// </summary>
    string Name { get; }

    /// <summary>Gets how often the member was restarted.</summary>
    int Restarts { get; }

    /// <summary>
    /// Gets a value indicating whether the group may still start the member anew, if it has ended.
    /// </summary>
    bool MayRestart { get; }

    /// <summary>Called once, when a stop has given up waiting for the worker.</summary>
    void OnAbandoned();

    /// <summary>Called once, by whatever the worker ran on, when it has ended.</summary>
    void OnEnded(WorkerResult result);
}
