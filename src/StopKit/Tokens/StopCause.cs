namespace StopKit;

/// <summary>Says what kind of thing asked for a stop or an abort.</summary>
public enum StopCause
{
    /// <summary>Not known: the value of a variable that was not set; no reason has it.</summary>
    Unknown = 0,

    /// <summary>The process received a signal or a console control event; <see cref="StopReason.Signal"/> says which.</summary>
    Signal = 1,

    /// <summary>A time limit expired: a <see cref="StopSource.StopAfter"/>, a grace, or a clean-up limit.</summary>
    Deadline = 2,

    /// <summary>A worker failed and its group stops with it; <see cref="StopReason.Exception"/> says how.</summary>
    WorkerFailed = 3,

    /// <summary>A worker left the program with an <see cref="StopReason.ExitCode"/>.</summary>
    WorkerExited = 4,

    /// <summary>The host that the program runs in is stopping.</summary>
    HostStopping = 5,

    /// <summary>The process is exiting.</summary>
    ProcessExit = 6,

    /// <summary>A <see cref="System.Threading.CancellationToken"/> from elsewhere was canceled.</summary>
    CancellationToken = 7,

    /// <summary>The owner of the work was disposed.</summary>
    Disposed = 8,

    /// <summary>The program asked, by a call of <see cref="StopSource.RequestStop"/> or the like.</summary>
    Requested = 9,
}
