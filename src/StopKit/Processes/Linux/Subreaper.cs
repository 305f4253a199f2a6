using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace StopKit;

/// <summary>Makes orphans of the processes that it starts children of this program, and reaps those when they end.</summary>
/// <remarks>
/// https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html: it is a property of the whole program, set while at least one process that was
/// started here runs. Reaped is only a process that bears a <see cref="LimitMark"/> of this program and was not started here: so neither one that
/// .NET reaps, nor one that other code has started.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal static class Subreaper
{
    // Held during a start, so that no process that .NET reaps is seen before it is known; and during a reaping.
    private static readonly object Gate = new();
    private static readonly HashSet<int> Started = [];
    private static bool _wasSetBefore;
    private static PosixSignalRegistration? _registration;
    private static int _isDue;

    /// <summary>Starts a process; <see cref="Forget"/> is to be called when .NET has reaped it.</summary>
    internal static Process Start(ProcessStartInfo start)
    {
        lock (Gate)
        {
            if (Started.Count == 0)
            {
                _wasSetBefore = ProcessNativeMethods.IsSubreaper();
                ProcessNativeMethods.SetSubreaper(true);
                _registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => Reap());
            }

            try
            {
                var process = Process.Start(start)!;
                Started.Add(process.Id);
                return process;
            }
            catch
            {
                EndIfUnused();
                throw;
            }
        }
    }

    /// <summary>Forgets a process that .NET has reaped, or never will.</summary>
    internal static void Forget(int processId)
    {
        Reap();
        lock (Gate)
        {
            Started.Remove(processId);
            EndIfUnused();
        }
    }

    private static void EndIfUnused()
    {
        if (Started.Count > 0)
            return;
        if (!_wasSetBefore)
            ProcessNativeMethods.SetSubreaper(false);
        _registration?.Dispose();
        _registration = null;
    }

    private static void Reap()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 1)
            return; // one that waits for the gate will look after this call
        lock (Gate)
        {
            Volatile.Write(ref _isDue, 0);
            try
            {
                foreach (var entry in ProcessTable.Read().Entries)
                {
                    if (entry.HasEnded && entry.ParentId == Environment.ProcessId && !Started.Contains(entry.Id) && LimitMark.IsOurs(entry.LimitMark()))
                        ProcessNativeMethods.Reap(entry.Id);
                }
            }
            catch (IOException)
            {
                // No file descriptors: the next end, or the end of the worker, is the next occasion.
            }
        }
    }
}
