namespace StopKit;

/// <summary>
/// Says how a <see cref="ProcessWorker"/> finds what its process has started and what has left its tree, such as
/// daemons.
/// </summary>
public enum ProcessContainment
{
    /// <summary>By the variable <c>STOPKIT_PROCESS</c> in its environment, on Linux.</summary>
    /// <remarks>
    /// A daemon that cleans its environment is not found, nor one that writes over it, as nginx does.
    /// </remarks>
    Mark,

    /// <summary>
    /// Also by a number in a resource limit, which cleaning the environment does not change; and orphans become
    /// children of
    /// this program, which reaps them, on Linux.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The number is the soft limit of file locks, which has had no effect since Linux 2.4.25. The program
    /// <c>prlimit</c> of util-linux sets it, which must be installed, and which the process then replaces under the
    /// same id. A daemon that sets that limit itself is not found by it.
    /// </para>
    /// <para>
    /// This program is a subreaper (<c>PR_SET_CHILD_SUBREAPER</c>) while such a worker runs. That holds for the whole
    /// program: orphans of processes that other code in it has started become its children too. They are neither
    /// stopped nor reaped by StopKit, so those that end are zombies until this program has ended, unless that code
    /// waits for them. Code that waits for any child (<c>waitpid(-1)</c>) may see processes that it does not know.
    /// </para>
    /// </remarks>
    Subreaper,
}
