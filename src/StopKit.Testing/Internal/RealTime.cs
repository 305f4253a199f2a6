using System.Diagnostics;

namespace StopKit.Testing;

/// <summary>
/// Measures a wait in real time, in pauses: a machine that is late with the worker is late with these as well.
/// </summary>
internal sealed class RealTime(TimeSpan limit)
{
    /// <summary>
    /// What waits in another way than by StopKit, as in <c>Task.Delay</c>, is only seen to do nothing for so many
    /// pauses. A worker without a core does nothing either, but not for so long, and its thread tells of it.
    /// </summary>
    internal const int QuietPauses = 10;

    // How much less a pause counts in which the process was busy: with the worker, or with another test.
    private const int BusyPauses = 10;

    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _activity = -1;
    private int _pauses;
    private int _quiet;

    /// <summary>Gets a value indicating whether nothing has happened for a while.</summary>
    internal bool IsQuiet => _quiet >= QuietPauses * BusyPauses;

    /// <summary>Gets a value indicating whether it has taken too long; never under a debugger.</summary>
    internal bool IsOver =>
        Stopwatch.GetElapsedTime(_start) > limit && _pauses > limit / Pause / 2 && !Debugger.IsAttached;

    internal static Task PauseAsync() => Task.Delay(Pause, TimeProvider.System);

    /// <summary>Notes a pause, and a number that changes as long as anything happens.</summary>
    internal void Note(long activity)
    {
        _pauses++;
        var isBusy = ThreadPool.PendingWorkItemCount > 0 || OwnThreads.AnotherRuns();
        _quiet = activity != _activity ? 0 : _quiet + (isBusy ? 1 : BusyPauses);
        _activity = activity;
    }
}
