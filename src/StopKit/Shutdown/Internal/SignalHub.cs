using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>The process's one registration of each signal, and the listeners, oldest first.</summary>
/// <remarks>
/// A registration is made once, rooted here, and never given back: giving it back while its signal arrives would lose the
/// signal. While nothing listens a signal takes its default action, because the handler does not cancel that.
/// </remarks>
internal static class SignalHub
{
    private static readonly object Gate = new(); // pulsed when a listener goes
    private static readonly Dictionary<PosixSignal, PosixSignalRegistration> Registrations = [];
    private static readonly List<ShutdownSignals> Listeners = [];
    private static ShutdownSignals? _retired; // one of the listeners, or none
    private static volatile bool _isDraining;

    /// <summary>Gets a value indicating whether a program that <see cref="StopApp"/> runs, or has run, has received a signal.</summary>
    internal static bool IsDraining => _isDraining;

    internal static void Add(ShutdownSignals listener)
    {
        lock (Gate)
        {
            foreach (var signal in listener.Options.Signals)
            {
                if (!Registrations.ContainsKey(signal))
                    Registrations.Add(signal, PosixSignalRegistration.Create(signal, Handle));
            }

            BlockedSignals.Hear(listener.Options.Signals);
            Terminal.Remember();
            SupersedeRetired();
            Listeners.Add(listener);
        }
    }

    /// <summary>Keeps a listener until the next one, if it has heard a signal; false if it has not.</summary>
    internal static bool Retire(ShutdownSignals listener)
    {
        lock (Gate)
        {
            if (listener.Received is null)
                return false;
            SupersedeRetired();
            _retired = listener;
            return true;
        }
    }

    internal static void Remove(ShutdownSignals listener)
    {
        lock (Gate)
            Forget(listener);
    }

    /// <summary>
    /// Says whether an older listener is in the middle of its own stop. The process is not this listener's to end then: the older one
    /// stands for the program around it, and its limits hold for both.
    /// </summary>
    internal static bool IsInner(ShutdownSignals listener)
    {
        lock (Gate)
            return TimeOfOuter(listener) != TimeSpan.Zero;
    }

    /// <summary>Blocks until no older listener is in the middle of its own stop.</summary>
    internal static void WaitForOuter(ShutdownSignals listener)
    {
        lock (Gate)
        {
            // Monitor.Wait lets the lock go and takes the pulse as one step, so a listener that goes in between is not missed.
            while (TimeOfOuter(listener) is var left && left != TimeSpan.Zero)
                Monitor.Wait(Gate, Timeouts.WholeMilliseconds(left));
        }
    }

    private static TimeSpan TimeOfOuter(ShutdownSignals listener) => Listeners
        .TakeWhile(other => other != listener)
        .Aggregate(TimeSpan.Zero, static (longest, outer) => Timeouts.Longer(longest, outer.TimeToEnd));

    private static void SupersedeRetired()
    {
        if (_retired is not { } retired)
            return;
        _retired = null;
        Forget(retired);
        retired.Supersede();
    }

    private static void Forget(ShutdownSignals listener)
    {
        Listeners.Remove(listener);
        _isDraining = Listeners.Exists(static other => other.IsProgramDraining);
        Monitor.PulseAll(Gate);
    }

    private static void Handle(PosixSignalContext context)
    {
        // Under the lock, as Remove is: a signal either reaches a listener or takes its default action. Nothing in here waits or
        // runs code of the program, except for a clock that it brought.
        var hold = TimeSpan.Zero;
        lock (Gate)
        {
            var hasHint = true; // of the oldest one that hears it: a key press is explained once
            foreach (var listener in Listeners)
            {
                if (listener.Options.Signals.Contains(context.Signal))
                {
                    context.Cancel = true;
                    listener.Receive(context.Signal, hasHint);
                    hasHint = false;
                    hold = Timeouts.Longer(hold, listener.Ceiling);
                    _isDraining |= listener.IsProgramDraining;
                }
            }
        }

        if (OperatingSystem.IsWindows())
            HoldWindows(context.Signal, hold);
    }

    /// <summary>Keeps Windows from ending the process, which it does as soon as the handler of a close or a shutdown returns.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/windows/console/handlerroutine: the system gives a close about 5 s and a shutdown about 20 s, however
    /// long the handler holds. The program ends the process itself when it is done, and this thread with it. .NET runs the newest handler
    /// first and one after the other, so a handler of the program's own that is older than this one does not run any more.
    /// </remarks>
    private static void HoldWindows(PosixSignal signal, TimeSpan hold)
    {
        if (signal is PosixSignal.SIGHUP or PosixSignal.SIGTERM && hold != TimeSpan.Zero)
            new StopEvent().Wait(hold);
    }
}
