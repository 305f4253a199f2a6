using System.ComponentModel;
using System.Diagnostics;

namespace StopKit;

/// <summary>
/// A <see cref="Worker"/> whose work is a child process: it is started, asked to stop, killed with its tree when the
/// grace is over, and joined.
/// </summary>
/// <remarks>
/// <code>
/// started ──it ends──▶ what it left behind is stopped ──▶ its output is read to the end ──▶ Finished
///    └──stop: asked──▶ grace ──abort: its tree is killed──────────▲
/// </code>
/// <para>
/// The outcome is <see cref="WorkerOutcome.Completed"/> if it ended with code 0 by itself,
/// <see cref="WorkerOutcome.Faulted"/> with a <see cref="ProcessExitException"/> if with another code,
/// <see cref="WorkerOutcome.Stopped"/> if it was asked and <see cref="WorkerOutcome.Aborted"/> if it was killed,
/// whatever its code. That is in <see cref="WorkerResult.ExitCode"/> every time. A process that cannot be started is a
/// fault too, and one that cannot be killed is waited for, so that its worker is abandoned and named.
/// </para>
/// <para>
/// The process gets a variable <c>STOPKIT_PROCESS</c> in its environment. On Linux all that bear it are found and
/// stopped with it, also a daemon that has left its tree and its session;
/// <see cref="ProcessWorkerOptions.Containment"/> can find more. Windows and macOS know only the tree. A process that
/// something else has started is stopped by <see cref="ProcessStop"/>.
/// </para>
/// <para>
/// A program that ends while its worker runs leaves the process running, like any child.
/// <see cref="WorkerOptions.CleanUpOnProcessExit"/> stops it at a normal end,
/// <see cref="ProcessWorkerOptions.EndWithParent"/> ends it at every end.
/// </para>
/// <para>
/// Each worker has a thread while its process runs, and one more for each output that is read. A stop needs no thread
/// of the pool. To start the worker and to notice that its process has ended by itself does.
/// </para>
/// <para>Thread safety and life cycle: see <see cref="Worker"/>.</para>
/// </remarks>
public sealed class ProcessWorker : AsyncWorker
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromMilliseconds(100); // closing takes microseconds, unless a writer is blocked
    private static readonly TimeSpan TimerLimit = TimeSpan.FromSeconds(1);

    private readonly ProcessStartInfo _start;
    private readonly ProcessWorkerOptions _options;
    private readonly string _program;
    private readonly string _mark;
    private readonly long _number; // none unless it is contained by it
    private ChildStreams _streams;
    private volatile int _processId; // 0 while there is none
    private int _exitCode;
    private volatile bool _hasExitCode; // written after the code, which others may read at any time

    /// <summary>Makes a worker; call <see cref="Worker.Start"/>, or add it to a group, to start its process.</summary>
    /// <param name="startInfo">What to start; it is copied, so it neither changes nor matters afterwards.</param>
    /// <param name="name">The name; <c>ProcessWorker</c> and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="startInfo"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="startInfo"/> names no program, uses the shell, or has both kinds of arguments.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">
    /// An option is set that needs Linux, and this is another system.
    /// </exception>
    public ProcessWorker(ProcessStartInfo startInfo, string? name = null, ProcessWorkerOptions? options = null)
        : base(name, options?.Worker)
    {
        _options = options ?? ProcessWorkerOptions.Default;
        _start = ChildStart.Copy(startInfo, _options);
        _program = System.IO.Path.GetFileName(_start.FileName);
        _streams = new ChildStreams(Name, _options, Options.TimeProvider, Logger);
        _mark = EnvironmentMark.Mark(_start);
        _number = _options.Containment == ProcessContainment.Subreaper ? LimitMark.Next() : LimitMark.None;
    }

    /// <summary>Gets the id of the process, also after it has ended; null before it was started.</summary>
    public int? ProcessId => _processId is 0 ? null : _processId;

    /// <summary>
    /// Gets what writes to its standard input; null before it was started, or if that is not redirected.
    /// </summary>
    /// <remarks>It is closed when the process has ended.</remarks>
    public StreamWriter? StandardInput => _streams.Input;

    /// <summary>Does not compile: it would start an <see cref="AsyncWorker"/>.</summary>
    /// <param name="name">Not used.</param>
    /// <param name="body">Not used.</param>
    /// <param name="stop">Not used.</param>
    /// <param name="options">Not used.</param>
    /// <returns>Nothing.</returns>
    [Obsolete(
        "This would start an AsyncWorker without a process. Make a ProcessWorker and start it, or call AsyncWorker.Start.",
        error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static new AsyncWorker Start(
        string name, Func<StopToken, Task>? body, StopToken stop = default, WorkerOptions? options = null) =>
        throw new NotSupportedException();

    private protected override bool HasCleanUp => false;

    // It has started nothing yet.
    private protected override void OnInherited() => _streams = new ChildStreams(Name, _options, Options.TimeProvider, Logger);

    // The worker also ends on that thread, so a stop needs no thread of the pool.
    /// <inheritdoc/>
    protected override Task RunAsync(StopToken stop) => OwnThread.RunAsync(Name, () => Run(stop), continuesHere: true);

    private protected override int? ExitCodeOf(Exception? exception) => _hasExitCode ? _exitCode : base.ExitCodeOf(exception);

    private int Run(StopToken stop)
    {
        var hasOwnGroup = ChildWrapper.Wrap(_start, _options, _number);
        using var process = _number == LimitMark.None || OperatingSystem.IsWindows() ? Process.Start(_start)! : Subreaper.Start(_start);
        _processId = process.Id;
        try
        {
            ChildLog.Started(Logger, Name, process.Id);
            if (_options.OwnGroup && OperatingSystem.IsLinux() && !hasOwnGroup)
                ChildLog.NoOwnGroup(Logger, Name, process.Id);
            _streams.Connect(process);
            if (stop.Wait(ExitOf(process), Timeout.InfiniteTimeSpan) != StopWaitResult.Signaled)
                Stop(process, stop);
            else if (_options.EntireTree)
                ProcessStop.Stop(process, _mark, _number, StopOptions(Options.Grace), stop.Aborting);
            process.WaitForExit(); // also if it could not be killed: then the worker is abandoned
        }
        catch (Exception) when (!process.HasExited)
        {
            KillAnyhow(process); // we failed ourselves, as for want of threads or file descriptors, and nothing else knows of it
            throw;
        }
        finally
        {
            if (_number != LimitMark.None && !OperatingSystem.IsWindows())
                Subreaper.Forget(_processId);
        }

        _exitCode = process.ExitCode;
        _hasExitCode = true;
        _ = _streams.CloseInputAsync();
        _streams.ReadToEnd(_processId);
        // Looked at only now: the end may be the answer to a signal that reached the process and this program at the same time.
        if (_exitCode != 0 && !stop.IsStopRequested)
            throw new ProcessExitException(_program, _processId, _exitCode);
        return _exitCode;
    }

    private void Stop(Process process, StopToken stop)
    {
        var (grace, abortReason) = StopBudget();
        // Noted as the source's own deadline: a request without a grace gets the options' one, and the abort is what kills.
        Source.RequestStopInBackground(stop.Reason!, grace, abortReason);
        ChildLog.Stops(Logger, Name, process.Id, stop.Reason!);
        if (_options.CloseInputOnStop)
            _streams.CloseInputAsync().Wait(CloseLimit);
        // The deadline's timer needs the thread pool. If that has no thread, the kill comes a moment later without it.
        var result = ProcessStop.Stop(process, _mark, _number, StopOptions(Timeouts.Sum(grace, TimerLimit)), stop.Aborting);
        if (!stop.IsAbortRequested && (result.Outcome == ProcessStopOutcome.Killed || result.KilledDescendants.Count > 0))
            Source.RequestAbort(abortReason);
    }

    // Without WaitForExitAsync, whose end needs the thread pool twice. Not disposed: .NET may be about to set it.
    private static ManualResetEvent ExitOf(Process process)
    {
        var exited = new ManualResetEvent(initialState: false);
        process.Exited += (_, _) => exited.Set();
        process.EnableRaisingEvents = true; // raises it at once if the process has ended before
        return exited;
    }

    private ProcessStopOptions StopOptions(TimeSpan grace) => new()
    {
        Signal = _options.Signal,
        Grace = grace,
        EntireTree = _options.EntireTree,
        TimeProvider = Options.TimeProvider,
        Logger = Options.Logger,
    };

    private static void KillAnyhow(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Ended just now, or may not be killed; the failure that led here is the one to tell.
        }
    }
}
