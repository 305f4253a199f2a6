namespace StopKit;

/// <summary>Tells how the stop of a process ended.</summary>
public enum ProcessStopOutcome
{
    /// <summary>Not known; no stop ends so.</summary>
    Unknown = 0,

    /// <summary>It had ended before it could be asked; a zombie has.</summary>
    AlreadyExited,

    /// <summary>It ended before it was killed: by itself, or by the signal that asked it.</summary>
    Exited,

    /// <summary>It was killed; <see cref="ProcessStopResult.IsConfirmed"/> tells whether its end was seen.</summary>
    Killed,

    /// <summary>There was no process with that id.</summary>
    NotFound,

    /// <summary>The caller may not signal it; nothing was done to it, unless it became another user's after it was asked.</summary>
    AccessDenied,
}
