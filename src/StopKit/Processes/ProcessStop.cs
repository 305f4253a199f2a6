using System.Diagnostics;

namespace StopKit;

/// <summary>
/// Stops other processes well: asks, waits the grace, kills what is left of the tree, and confirms the end.
/// </summary>
/// <remarks>
/// <para>
/// Only the process itself is asked, because it may have its own way to stop its children. Once it has ended,
/// descendants that are left are asked too, and have what is left of the grace. What has not ended by then is killed.
/// No signal ever goes to another process that was given the id of one that has ended.
/// </para>
/// <para>
/// The tree is the process, its children, theirs, and all in a session that one of these leads. A descendant that was
/// seen once is not lost when its parent ends. One that had left the tree before (by a double fork) cannot be told from
/// a stranger. The caller, and what hangs below it, is never part of a tree.
/// </para>
/// <para>
/// Cancelling the token cuts the grace short: what has not ended is killed, its end is confirmed, and the result
/// returned. So no stop is left half done, and an <see cref="OperationCanceledException"/> is thrown only for a token
/// that was cancelled before the call, when nothing has been signalled.
/// </para>
/// <para>
/// Each stop blocks a thread of its own while it lasts, so it needs no thread of the pool: a blocking wait for its task
/// ends also while the pool is exhausted. Code behind an <c>await</c> needs the pool, as always. If the program runs
/// out of file descriptors, a stop goes on with what it holds; what it could not look for is in
/// <see cref="ProcessStopResult.LookFailure"/>.
/// </para>
/// <para>
/// Thread-safe. Any number of processes may be stopped at once; they share their looks at the system and each has its
/// own grace. On Linux signals go through a pidfd; descendants are found in <c>/proc</c>. On macOS and Windows .NET
/// finds them when it kills, and they are not named. The code for Windows has not been run yet.
/// </para>
/// </remarks>
public static class ProcessStop
{
    private const int FirstProcess = 1;

    /// <summary>Stops a process.</summary>
    /// <param name="process">
    /// The process. If another one than the caller started it, what has its id at the time of the call.
    /// </param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="cancellationToken">Cuts the grace short.</param>
    /// <returns>
    /// How it ended. Output that is redirected is not read, and a process that holds it open is not waited for.
    /// </returns>
    /// <exception cref="ArgumentException">It is the calling process, or the first one of the system.</exception>
    /// <exception cref="InvalidOperationException">It was not started, or was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the call.</exception>
    public static Task<ProcessStopResult> StopAsync(
        this Process process, ProcessStopOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(process);
        CheckId(IdOf(process), nameof(process));
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<ProcessStopResult>(cancellationToken)
            : StopAsync(process, mark: null, options ?? ProcessStopOptions.Default, cancellationToken);
    }

    /// <summary>Stops the process that has an id now.</summary>
    /// <param name="processId">The id: more than 1, and not that of the calling process.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="cancellationToken">Cuts the grace short.</param>
    /// <returns>How it ended; <see cref="ProcessStopOutcome.NotFound"/> if there is no such process.</returns>
    /// <remarks>
    /// If the caller has a <see cref="Process"/> for it, that may learn of the end a moment later:
    /// <see cref="StopAsync(Process, ProcessStopOptions?, CancellationToken)"/> waits for it.
    /// </remarks>
    /// <exception cref="ArgumentException">The id is 1 or less, or that of the calling process.</exception>
    /// <exception cref="IOException">
    /// The system cannot be asked about it, for want of file descriptors; nothing was signalled.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the call.</exception>
    public static Task<ProcessStopResult> StopByIdAsync(
        int processId, ProcessStopOptions? options = null, CancellationToken cancellationToken = default)
    {
        CheckId(processId, nameof(processId));
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<ProcessStopResult>(cancellationToken);
        options ??= ProcessStopOptions.Default;
        if (!OperatingSystem.IsLinux())
            return PortableSearch.StopByIdAsync(processId, options, cancellationToken);
        return LinuxSearch.Find(processId, options) is { } target
            ? StopRun.RunAsync(target, options, cancellationToken)
            : Task.FromResult(new ProcessStopResult(LinuxProcess.OutcomeOfMissing(processId), processId));
    }

    /// <summary>Stops all processes of a name that the caller may signal, together: they share one grace.</summary>
    /// <param name="name">The name, as <see cref="Process.ProcessName"/> has it; not blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="cancellationToken">Cuts the grace short.</param>
    /// <returns>
    /// How each of them ended; empty if there was none. The calling process and the first one of the system are passed
    /// over.
    /// </returns>
    /// <remarks>
    /// A fork has the name of its parent until it becomes a program of its own. One that is younger than a second is
    /// looked at
    /// again, until it is not.
    /// </remarks>
    /// <exception cref="ArgumentException">The name is null or blank.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the call.</exception>
    public static Task<IReadOnlyList<ProcessStopResult>> StopByNameAsync(
        string name, ProcessStopOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<IReadOnlyList<ProcessStopResult>>(cancellationToken);
        options ??= ProcessStopOptions.Default;
        return OperatingSystem.IsLinux()
            ? OwnThread.RunAsync("stop by name", () => StopByName(name, options, cancellationToken))
            : PortableSearch.StopByNameAsync(name, options, cancellationToken);
    }

    /// <summary>
    /// Stops a process, and on Linux all that bear its mark: also those that have left its tree, and also if it has
    /// ended itself.
    /// </summary>
    /// <param name="process">The process, which this one has started.</param>
    /// <param name="mark">What <see cref="EnvironmentMark.Mark"/> returned for it; null if it was not marked.</param>
    /// <param name="options">The options.</param>
    /// <param name="abort">Cuts the grace short, also if it is cancelled already.</param>
    internal static Task<ProcessStopResult> StopAsync(Process process, string? mark, ProcessStopOptions options, CancellationToken abort) =>
        Find(process, mark, LimitMark.None, options) is { } target
            ? StopRun.RunAsync(target, options, abort)
            : Task.FromResult(Denied(process));

    /// <summary>Does the same on the calling thread, and also by a number.</summary>
    internal static ProcessStopResult Stop(
        Process process, string mark, long number, ProcessStopOptions options, CancellationToken abort) =>
        Find(process, mark, number, options) is { } target ? StopRun.Run(target, options, abort) : Denied(process);

    internal static bool MayStop(int processId) => processId > FirstProcess && processId != Environment.ProcessId;

    private static StopTarget? Find(Process process, string? mark, long number, ProcessStopOptions options) => OperatingSystem.IsLinux()
        ? LinuxSearch.Find(process, mark, number, options)
        : new PortableTarget(process, OwnedProcess.Of(process), options.EntireTree);

    private static ProcessStopResult Denied(Process process) => new(ProcessStopOutcome.AccessDenied, process.Id);

    private static IReadOnlyList<ProcessStopResult> StopByName(string name, ProcessStopOptions options, CancellationToken abort)
    {
        var targets = LinuxSearch.Find(name, options, LinuxSearch.ForkLimit);
        var stops = targets.Select(target => StopRun.RunAsync(target, options, abort)).ToArray();
        Task.WaitAll(stops, CancellationToken.None); // the token ends the grace of each stop, not this wait
        return [.. stops.Select(static stop => stop.Result)];
    }

    private static int IdOf(Process process)
    {
        try
        {
            return process.Id;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException("The process cannot be stopped: it was not started, or was disposed.", e);
        }
    }

    private static void CheckId(int processId, string parameter)
    {
        if (processId <= FirstProcess)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                processId,
                "The process id must be more than 1: 0 and negative ids stand for groups of processes, "
                + "and 1 is the first process of the system.");
        }

        if (processId == Environment.ProcessId)
        {
            throw new ArgumentException(
                "The process must not be the calling one, which cannot wait for its own end; let StopApp, or a return from Main, end it.",
                parameter);
        }
    }
}
