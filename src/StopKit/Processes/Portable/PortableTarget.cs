using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>A process on a system without <c>/proc</c>, macOS and the like, and Windows; on Linux one that cannot be opened for want of file descriptors.</summary>
/// <remarks>
/// The descendants are those that .NET finds when it kills; it does not say which. Windows has no request but Ctrl+Break, which only reaches a process
/// that leads a process group on the same console. The code for Windows has not been run yet.
/// </remarks>
internal sealed class PortableTarget : StopTarget
{
    private readonly Process _process;
    private readonly bool _entireTree;
    private readonly DateTime? _startTime;
    private readonly Exception? _failure;
    private bool _hasEnded;
    private bool _isKilled;
    private bool _isAsked;

    /// <summary>Makes a target; <paramref name="process"/> stays the caller's.</summary>
    internal PortableTarget(Process process, OwnedProcess? owned, bool entireTree, Exception? failure = null)
        : base(process.Id, owned)
    {
        (_process, _entireTree, _failure, _startTime) = (process, entireTree, failure, owned is null ? StartTimeOf(process) : null);
        _hasEnded = HasEnded();
    }

    internal override bool IsRootAlive => !_hasEnded;

    internal override bool IsRootKilled => _isKilled;

    internal override bool WasRootAsked => _isAsked;

    internal override IReadOnlyList<int> Living => _hasEnded ? [] : [ProcessId];

    internal override Exception? LookFailure => _entireTree ? _failure : null;

    internal override Answer Ask(int signal)
    {
        _isAsked = true;
        if (OperatingSystem.IsWindows())
        {
            ProcessNativeMethods.PressControlBreak(ProcessId); // a process that cannot hear it is killed after the grace
            return Answer.Sent;
        }

        if (ProcessNativeMethods.Kill(ProcessId, signal) != 0)
            return Marshal.GetLastPInvokeError() == ProcessNativeMethods.NotPermitted ? Answer.Denied : Answer.Gone;
        _ = ProcessNativeMethods.Kill(ProcessId, SignalNumbers.Continue); // a stopped process sees the request only when it goes on
        return Answer.Sent;
    }

    internal override void Look(bool forNewOnes) => _hasEnded = _hasEnded || HasEnded();

    internal override void Kill()
    {
        if (_isKilled || _hasEnded)
            return;
        _isKilled = true;
        try
        {
            if (_entireTree && _failure is null)
                _process.Kill(entireProcessTree: true);
            else
                _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // Ended just now, or some of it may not be killed: what is left is in the result.
        }
    }

    public override void Dispose()
    {
        // The process is the caller's.
    }

    // Of a process that another one started .NET knows only the id, which may have been given to a third one.
    private bool HasEnded()
    {
        try
        {
            if (_process.HasExited || Owned is not null || OperatingSystem.IsWindows())
                return _process.HasExited;
            using var now = Process.GetProcessById(ProcessId);
            return StartTimeOf(now) != _startTime;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException) // disposed, or gone
        {
            return true;
        }
    }

    private static DateTime? StartTimeOf(Process process)
    {
        try
        {
            return process.StartTime;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException) // gone, or another user's
        {
            return null;
        }
    }
}
