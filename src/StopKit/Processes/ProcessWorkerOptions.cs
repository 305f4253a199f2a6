using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>Says how a <see cref="ProcessWorker"/> treats its process.</summary>
/// <remarks>Immutable and thread-safe; one instance may serve many workers.</remarks>
[DebuggerDisplay("Signal = {Signal}, EntireTree = {EntireTree}, EndWithParent = {EndWithParent}, Worker = {Worker}")]
public sealed record ProcessWorkerOptions
{
    internal static readonly ProcessWorkerOptions Default = new();

    private readonly WorkerOptions _worker = WorkerOptions.Default;
    private readonly ProcessStopOptions _stop = ProcessStopOptions.Default;
    private readonly ProcessContainment _containment;
    private readonly TimeSpan _outputLimit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets the options of the worker itself, grace, clock, logger and so on: those of a new
    /// <see cref="WorkerOptions"/> by default; not null.
    /// </summary>
    /// <remarks>
    /// Its <see cref="WorkerOptions.Grace"/>, 30 s by default, also limits a stop that was requested without a grace.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public WorkerOptions Worker
    {
        get => _worker;
        init => _worker = value ?? throw new ArgumentNullException(nameof(Worker));
    }

    /// <summary>
    /// Gets the signal that asks the process to stop: SIGTERM by default; SIGINT, SIGTERM, SIGQUIT, SIGHUP, or a raw
    /// number as <see cref="ProcessStopOptions.Signal"/> allows it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No process can answer the signal.</exception>
    public PosixSignal Signal
    {
        get => _stop.Signal;
        init => _stop = new ProcessStopOptions { Signal = value };
    }

    /// <summary>
    /// Gets a value indicating whether all that the process has started is stopped with it, and also when it ends by
    /// itself (true, the default), or left alone (false).
    /// </summary>
    /// <remarks>
    /// What is left when it ends by itself is asked too, and killed when the <see cref="WorkerOptions.Grace"/> is over.
    /// </remarks>
    public bool EntireTree { get; init; } = true;

    /// <summary>
    /// Gets what each line of standard output is handed to, without its line break: null by default, or any callback.
    /// </summary>
    /// <remarks>
    /// If set, the output is redirected. Called one line after the other by a thread of its own. While it takes its
    /// time the process waits, as soon as the pipe is full. What it throws is logged, and the next line follows. It may
    /// ask the worker to stop, but not wait for it: it is part of the worker. A line of more than 65,536 characters
    /// comes in pieces. Without it, output that the start info redirects is logged.
    /// </remarks>
    public Action<string>? OutputLine { get; init; }

    /// <summary>
    /// Gets what each line of standard error is handed to, without its line break: null by default, or any callback.
    /// </summary>
    /// <remarks>
    /// If set, it is redirected. As <see cref="OutputLine"/>, on another thread: both may be called at the same time.
    /// </remarks>
    public Action<string>? ErrorLine { get; init; }

    /// <summary>
    /// Gets how long after the end of the process its output is still read, if another process holds it open: 2 s by
    /// default; zero to 24 days, or infinite.
    /// </summary>
    /// <remarks>
    /// What was left behind in the pipe by the process itself takes milliseconds. It also limits a callback that does
    /// not return.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan OutputLimit
    {
        get => _outputLimit;
        init => _outputLimit = Timeouts.Check(value, nameof(OutputLimit));
    }

    /// <summary>
    /// Gets a value indicating whether standard input is redirected, and closed before the process is asked to stop,
    /// for programs that end with their input; false by default.
    /// </summary>
    public bool CloseInputOnStop { get; init; }

    /// <summary>
    /// Gets a value indicating whether the system kills the process when this one ends, however that comes about, also
    /// by SIGKILL; false by default, and true only on Linux.
    /// </summary>
    /// <remarks>
    /// The process is started by <c>setpriv --pdeathsig</c> of util-linux, which must be installed, and which the
    /// process then replaces under the same id. It does not reach what the process itself has started, nor one that
    /// gains privileges at its start (a set-user-id program), and it is not in force yet in the first milliseconds. On
    /// other systems it is refused.
    /// </remarks>
    public bool EndWithParent { get; init; }

    /// <summary>
    /// Gets a value indicating whether the process is kept away from the Ctrl+C of a terminal, so that only StopKit
    /// asks it to stop, when its turn comes (true, the default), or hears it as this program does (false).
    /// </summary>
    /// <remarks>
    /// <para>
    /// On Linux the process gets a session of its own, by the program <c>setsid</c> of util-linux, which it then
    /// replaces under the same id; if there is no such program, that is logged, and the process is started without. On
    /// Windows it gets a process group of its own, from .NET 10 on. On macOS it has no effect.
    /// </para>
    /// <para>
    /// In a session of its own a process can read from and write to a terminal that it has inherited. It cannot open
    /// <c>/dev/tty</c>, as programs do that ask for a password or use the whole screen; Ctrl+Z does not stop it, and it
    /// does not hear of a new size of the terminal. Set false for such a program.
    /// </para>
    /// </remarks>
    public bool OwnGroup { get; init; } = true;

    /// <summary>
    /// Gets how descendants that have left the tree are found: <see cref="ProcessContainment.Mark"/> by default; any
    /// defined
    /// value, <see cref="ProcessContainment.Subreaper"/> only on Linux.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public ProcessContainment Containment
    {
        get => _containment;
        init => _containment = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Containment), value, "The containment must be one that ProcessContainment defines.");
    }
}
