using System.ComponentModel;
using System.Diagnostics;

namespace StopKit;

/// <summary>A <see cref="Worker"/> whose work is a child process: it is started, asked to stop, killed with its tree when the grace is over, and joined.</summary>
/// <remarks>
/// <code>
/// started ──it ends──▶ what it left behind is stopped ──▶ its output is read to the end ──▶ Finished
///    └──stop: asked──▶ grace ──abort: its tree is killed──────────▲
/// </code>
/// <para>
/// The outcome is <see cref="WorkerOutcome.Completed"/> if it ended with code 0 by itself, <see cref="WorkerOutcome.Faulted"/> with a
/// <see cref="ProcessExitException"/> if with another code, <see cref="WorkerOutcome.Stopped"/> if it was asked and <see cref="WorkerOutcome.Aborted"/> if it was
/// killed, whatever its code. That is in <see cref="WorkerResult.ExitCode"/> every time. A process that cannot be started is a fault
/// too, and one that cannot be killed is waited for, so that its worker is abandoned and named.
/// </para>
/// <para>
/// The process gets a variable <c>STOPKIT_PROCESS</c> in its environment. On Linux all that bear it are found and stopped with it, also a daemon that has left
/// its tree and its session. Windows and macOS know only the tree. For a process that something else has started there is <see cref="ProcessStop"/>.
/// </para>
/// <para>
/// A program that ends while its worker runs leaves the process running, like any child. <see cref="WorkerOptions.CleanUpOnProcessExit"/> stops it at a normal end,
/// <see cref="ProcessWorkerOptions.EndWithParent"/> ends it at every end.
/// </para>
/// <para>Thread safety and life cycle: see <see cref="Worker"/>.</para>
/// </remarks>
public sealed class ProcessWorker : AsyncWorker
{
    private readonly ProcessStartInfo _start;
    private readonly ProcessWorkerOptions _options;
    private readonly string _program;
    private readonly string _mark;
    private readonly List<(OutputPump Pump, string Stream)> _pumps = [];
    private volatile int _processId; // 0 while there is none
    private volatile StreamWriter? _input;
    private int _exitCode;
    private volatile bool _hasExitCode; // written after the code, which others may read at any time

    /// <summary>Makes a worker; call <see cref="Worker.Start"/>, or add it to a group, to start its process.</summary>
    /// <param name="startInfo">What to start; it is copied, so it neither changes nor matters afterwards.</param>
    /// <param name="name">The name; <c>ProcessWorker</c> and a number if null or blank.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="startInfo"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="startInfo"/> names no program, uses the shell, or has both kinds of arguments (or the wrong one for <see cref="ProcessWorkerOptions.EndWithParent"/>).
    /// </exception>
    /// <exception cref="PlatformNotSupportedException"><see cref="ProcessWorkerOptions.EndWithParent"/> is set, and this is not Linux.</exception>
    public ProcessWorker(ProcessStartInfo startInfo, string? name = null, ProcessWorkerOptions? options = null)
        : base(name, options?.Worker)
    {
        _options = options ?? ProcessWorkerOptions.Default;
        _start = ChildStart.Copy(startInfo, _options);
        _program = System.IO.Path.GetFileName(_start.FileName);
        _mark = EnvironmentMark.Mark(_start);
    }

    /// <summary>Gets the id of the process, also after it has ended; null before it was started.</summary>
    public int? ProcessId => _processId is 0 ? null : _processId;

    /// <summary>Gets what writes to its standard input; null before it was started, or if that is not redirected.</summary>
    /// <remarks>It is closed when the process has ended.</remarks>
    public StreamWriter? StandardInput => _input;

    /// <summary>Does not compile: it would start an <see cref="AsyncWorker"/>.</summary>
    /// <param name="name">Not used.</param>
    /// <param name="body">Not used.</param>
    /// <param name="stop">Not used.</param>
    /// <param name="options">Not used.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("This would start an AsyncWorker without a process. Make a ProcessWorker and start it, or call AsyncWorker.Start.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static new AsyncWorker Start(string name, Func<StopToken, Task>? body, StopToken stop = default, WorkerOptions? options = null) =>
        throw new NotSupportedException();

    private protected override bool HasCleanUp => false;

    /// <inheritdoc/>
    protected override async Task RunAsync(StopToken stop)
    {
        using var tie = _options.EndWithParent ? new ParentDeathSignal() : null;
        using var process = tie is null ? Process.Start(_start)! : await tie.StartAsync(_start, Name).ConfigureAwait(false);
        _processId = process.Id;
        ChildLog.Started(Logger, Name, process.Id);

        // Not the end of the output as well: nobody reads it through the process.
        var exited = process.WaitForExitAsync(CancellationToken.None);
        try
        {
            Connect(process);
            await Task.WhenAny(exited, stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask()).ConfigureAwait(false);
            if (!exited.IsCompleted)
                await StopAsync(process, stop).ConfigureAwait(false);
            else if (_options.EntireTree)
                await ProcessStop.StopAsync(process, _mark, StopOptions(Options.Grace), stop.Aborting).ConfigureAwait(false);
            await exited.ConfigureAwait(false); // also if it could not be killed: then the worker is abandoned
        }
        catch (Exception) when (!exited.IsCompleted)
        {
            KillAnyhow(process); // we failed ourselves, as for want of threads or file descriptors, and nobody else knows of it
            throw;
        }

        _exitCode = process.ExitCode;
        _hasExitCode = true;
        CloseInput();
        await ReadToEndAsync().ConfigureAwait(false);
        // Looked at only now: Ctrl+C reaches a child on the same terminal too, and it may be the faster one to end.
        if (_exitCode != 0 && !stop.IsStopRequested)
            throw new ProcessExitException(_program, _processId, _exitCode);
    }

    private protected override int? ExitCodeOf(Exception? exception) => _hasExitCode ? _exitCode : base.ExitCodeOf(exception);

    private async Task StopAsync(Process process, StopToken stop)
    {
        // Noted as the source's own deadline: a request without a grace gets the options' one, and the abort is what kills.
        Source.RequestStop(stop.Reason, StopBudget());
        ChildLog.Stops(Logger, Name, process.Id, stop.Reason!);
        if (_options.CloseInputOnStop)
            CloseInput();
        await ProcessStop.StopAsync(process, _mark, StopOptions(Timeout.InfiniteTimeSpan), stop.Aborting).ConfigureAwait(false);
    }

    private ProcessStopOptions StopOptions(TimeSpan grace) => new()
    {
        Signal = _options.Signal,
        Grace = grace,
        EntireTree = _options.EntireTree,
        TimeProvider = Options.TimeProvider,
        Logger = Options.Logger,
    };

    private void Connect(Process process)
    {
        if (_start.RedirectStandardInput)
            _input = process.StandardInput;
        if (_start.RedirectStandardOutput)
            Connect(process.StandardOutput, "stdout", _options.OutputLine);
        if (_start.RedirectStandardError)
            Connect(process.StandardError, "stderr", _options.ErrorLine);
    }

    private void Connect(StreamReader reader, string stream, Action<string>? callback) => _pumps.Add((
        OutputPump.Start(
            reader,
            $"{Name} {stream}",
            callback ?? (line => ChildLog.Line(Logger, Name, stream, line)),
            exception => ChildLog.LineFailed(Logger, Name, stream, exception)),
        stream));

    private async Task ReadToEndAsync()
    {
        await WaitForAsync(Task.WhenAll(_pumps.Select(static output => output.Pump.Ended)), _options.OutputLimit).ConfigureAwait(false);
        foreach (var (pump, stream) in _pumps.Where(static output => !output.Pump.Ended.IsCompleted))
        {
            pump.Abandon();
            ChildLog.OutputHeld(Logger, Name, stream, _processId);
        }
    }

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

    private void CloseInput()
    {
        try
        {
            // The stream itself: the writer may be in use by another thread, and has nothing of its own to flush.
            _input?.BaseStream.Dispose();
        }
        catch (IOException)
        {
            // The process does not read any more.
        }
    }
}
