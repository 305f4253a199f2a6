using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StopKit;

/// <summary>A hold on one process of Linux: a later process that is given its id never gets its signals.</summary>
/// <remarks>
/// Signals go through a pidfd (Linux 5.3), which stands for the process and not for its id. Where there is none they go to the id right after its
/// start time was compared, which leaves a window of microseconds.
/// </remarks>
internal sealed class LinuxProcess : IDisposable
{
    private readonly SafeFileHandle? _pidfd;

    private LinuxProcess(SafeFileHandle? pidfd, ProcessEntry entry)
    {
        _pidfd = pidfd;
        Entry = entry;
        HasEnded = entry.HasEnded;
    }

    internal ProcessStamp Identity => Entry.Identity;

    internal int Id => Identity.Id;

    /// <summary>Gets what it last looked like.</summary>
    internal ProcessEntry Entry { get; private set; }

    internal bool HasEnded { get; private set; }

    internal bool IsAsked { get; private set; }

    internal bool IsKilled { get; private set; }

    /// <summary>Takes hold of the process that has an id now; null if there is none.</summary>
    internal static LinuxProcess? Open(int id, bool usePidfd = true)
    {
        SafeFileHandle? pidfd = null;
        if (usePidfd)
        {
            var file = ProcessNativeMethods.PidfdOpen(id);
            if (file < 0 && Marshal.GetLastPInvokeError() is ProcessNativeMethods.NoSuchProcess or ProcessNativeMethods.NoEntry or ProcessNativeMethods.Invalid)
                return null; // the last two: it is the id of a thread
            pidfd = file < 0 ? null : new SafeFileHandle(file, ownsHandle: true); // no such call, not allowed, or too many open files
        }

        LinuxProcess? found = null;
        try
        {
            if (ProcessEntry.Read(id) is { } entry && (pidfd is not null || IsProcess(id)))
            {
                var process = new LinuxProcess(pidfd, entry);
                // If the pidfd's process is still there, the id was its own all the time, and the entry too.
                if (process.Send(0) != StopTarget.Answer.Gone)
                    found = process;
            }
        }
        finally
        {
            if (found is null)
                pidfd?.Dispose();
        }

        return found;
    }

    /// <summary>Takes hold of a process that was seen; null if it is gone.</summary>
    internal static LinuxProcess? Open(ProcessStamp identity, bool usePidfd = true)
    {
        var process = Open(identity.Id, usePidfd);
        if (process is null || process.Identity == identity)
            return process;
        process.Dispose();
        return null;
    }

    /// <summary>Says what it means that an id could not be opened.</summary>
    internal static ProcessStopOutcome OutcomeOfMissing(int id) =>
        // On a system that hides other users' processes this is all that one can know of them.
        ProcessNativeMethods.Kill(id, 0) != 0 && Marshal.GetLastPInvokeError() == ProcessNativeMethods.NotPermitted
            ? ProcessStopOutcome.AccessDenied
            : ProcessStopOutcome.NotFound;

    /// <summary>Asks it to stop.</summary>
    internal StopTarget.Answer Ask(int signal)
    {
        IsAsked = true;
        var answer = Send(signal);
        // A stopped process sees the request only when it goes on; systemd does it in this order too.
        if (answer == StopTarget.Answer.Sent)
            Send(SignalNumbers.Continue);
        return answer;
    }

    /// <summary>Stops its execution, so that it cannot fork; false if that is not allowed.</summary>
    internal bool Freeze() => Send(SignalNumbers.Pause) != StopTarget.Answer.Denied;

    internal void Kill()
    {
        if (Send(SignalNumbers.Kill) == StopTarget.Answer.Sent)
            IsKilled = true;
    }

    /// <summary>Sends a signal; 0 only asks whether that could be done.</summary>
    internal StopTarget.Answer Send(int signal)
    {
        nint result;
        if (_pidfd is not null)
            result = ProcessNativeMethods.PidfdSendSignal(_pidfd, signal);
        else if (!TryReadEntry(out var entry))
            return StopTarget.Answer.Denied; // it cannot be told from a stranger now
        else if (entry?.Identity == Identity)
            result = ProcessNativeMethods.Kill(Id, signal);
        else
            return StopTarget.Answer.Gone;
        if (result == 0)
            return StopTarget.Answer.Sent;
        return Marshal.GetLastPInvokeError() == ProcessNativeMethods.NotPermitted ? StopTarget.Answer.Denied : StopTarget.Answer.Gone;
    }

    /// <summary>Looks whether it has ended.</summary>
    internal bool Look()
    {
        // A pidfd tells it without another file descriptor, which may be what the program has run out of.
        if (!HasEnded && _pidfd is not null)
            return HasEnded = ProcessNativeMethods.HasEnded(_pidfd);
        return HasEnded || (TryReadEntry(out var entry) && Look(entry));
    }

    /// <summary>Takes note of what its id looks like in a table.</summary>
    internal bool Look(ProcessEntry? entry)
    {
        if (HasEnded)
            return true;
        if (entry is null || entry.Identity != Identity)
            return HasEnded = true;
        Entry = entry;
        return HasEnded = entry.HasEnded;
    }

    /// <summary>Reads how it has ended, as wait(2) has it; null if that cannot be known.</summary>
    internal int? ReadWaitStatus()
    {
        // In this order, because a zombie becomes none while we look and never the other way round.
        if (TryReadEntry(out var entry) && entry is { HasEnded: true } zombie && zombie.Identity == Identity
            && (zombie.WaitStatus != 0 || MayInspect(Id)))
        {
            return zombie.WaitStatus;
        }

        return _pidfd is null ? null : ProcessNativeMethods.WaitStatus(_pidfd);
    }

    public void Dispose() => _pidfd?.Dispose();

    // False if that cannot be known now, for want of file descriptors.
    private bool TryReadEntry(out ProcessEntry? entry)
    {
        try
        {
            entry = ProcessEntry.Read(Id);
            return true;
        }
        catch (IOException)
        {
            entry = null;
            return false;
        }
    }

    // Without permission the wait status reads as 0, which is a success; this link has the same condition.
    private static bool MayInspect(int id) => new FileInfo($"/proc/{id}/ns/pid").LinkTarget is not null;

    // Threads have ids, and entries, too.
    private static bool IsProcess(int id) =>
        ProcFile.Read(id, "status") is { } status && Encoding.UTF8.GetString(status).Split('\n').Contains($"Tgid:\t{id}");
}
