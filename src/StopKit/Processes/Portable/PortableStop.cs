using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>The stop of one process on a system without <c>/proc</c>: macOS and the like, and Windows.</summary>
/// <remarks>
/// The descendants are those that .NET finds when it kills; it does not say which. Windows has no request but Ctrl+Break, which only reaches a process
/// that leads a process group on the same console. The code for Windows has not been run yet.
/// </remarks>
internal sealed class PortableStop(Process process, ProcessStopOptions options)
{
    private const int Continue = 19; // SIGCONT

    private readonly long _start = options.TimeProvider.GetTimestamp();
    private readonly ProcessStopLog _log = new(options.Logger);
    private readonly int _id = process.Id;
    private readonly OwnedProcess? _owned = OwnedProcess.Of(process);
    private readonly DateTime? _startTime = StartTimeOf(process);

    internal async Task<ProcessStopResult> RunAsync(CancellationToken abort)
    {
        var outcome = ProcessStopOutcome.AlreadyExited;
        if (!HasEnded())
        {
            outcome = ProcessStopOutcome.Exited;
            if (!Ask())
                return new ProcessStopResult(ProcessStopOutcome.AccessDenied, _id) { Duration = Elapsed() };
            _log.Asked(_id, options.Signal);
            using (var grace = new TimeLimit(options.Grace, options.TimeProvider, abort))
                await WaitAsync(grace.Token).ConfigureAwait(false);
            if (!HasEnded())
            {
                outcome = ProcessStopOutcome.Killed;
                Kill();
                using var limit = new TimeLimit(options.KillLimit, options.TimeProvider, CancellationToken.None);
                await WaitAsync(limit.Token).ConfigureAwait(false);
            }
        }

        var result = await ResultAsync(outcome, abort).ConfigureAwait(false);
        _log.Ended(result);
        return result;
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

    // Of a process that another one started .NET knows only the id, which may have been given to somebody else.
    private bool HasEnded()
    {
        try
        {
            if (process.HasExited || _owned is not null || OperatingSystem.IsWindows())
                return process.HasExited;
            using var now = Process.GetProcessById(_id);
            return StartTimeOf(now) != _startTime;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException) // disposed, or gone
        {
            return true;
        }
    }

    private bool Ask()
    {
        if (OperatingSystem.IsWindows())
        {
            ProcessNativeMethods.PressControlBreak(_id); // who cannot hear it is killed after the grace
            return true;
        }

        if (ProcessNativeMethods.Kill(_id, SignalNumbers.Of(options.Signal)) != 0)
            return Marshal.GetLastPInvokeError() != ProcessNativeMethods.NotPermitted;
        _ = ProcessNativeMethods.Kill(_id, Continue); // a stopped process sees the request only when it goes on
        return true;
    }

    private void Kill()
    {
        try
        {
            process.Kill(options.EntireTree);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // Ended just now, or some of it may not be killed: what is left is in the result.
        }
    }

    private async Task WaitAsync(CancellationToken limit)
    {
        for (var round = 0; !HasEnded() && !limit.IsCancellationRequested; round++)
            await PollPause.WaitAsync(round, limit).ConfigureAwait(false);
    }

    private async Task<ProcessStopResult> ResultAsync(ProcessStopOutcome outcome, CancellationToken abort)
    {
        var (duration, hasEnded) = (Elapsed(), HasEnded());
        var code = hasEnded && _owned is not null ? await _owned.ExitCodeAsync().ConfigureAwait(false) : null;
        var sent = outcome == ProcessStopOutcome.Killed ? SignalNumbers.Kill : SignalNumbers.Of(options.Signal);
        return new ProcessStopResult(outcome, _id)
        {
            ExitCode = code,
            Signal = !OperatingSystem.IsWindows() && outcome != ProcessStopOutcome.AlreadyExited && code == 128 + sent ? sent : null, // inferred
            Duration = duration,
            Survivors = hasEnded ? [] : [_id],
            Grace = abort.IsCancellationRequested && Timeouts.Left(options.Grace, duration) != TimeSpan.Zero ? null : options.Grace,
        };
    }

    private TimeSpan Elapsed() => options.TimeProvider.GetElapsedTime(_start);
}
