using System.Runtime.InteropServices;

namespace StopKit;

/// <summary>The process's one registration of each signal, and those who listen.</summary>
/// <remarks>
/// A registration is made once, rooted here, and never given back: giving it back while its signal arrives would lose the
/// signal. While nobody listens a signal takes its default action, because the handler does not cancel that.
/// </remarks>
internal static class SignalHub
{
    private static readonly object Gate = new();
    private static readonly Dictionary<PosixSignal, PosixSignalRegistration> Registrations = [];
    private static readonly List<ShutdownSignals> Listeners = [];
    private static ShutdownSignals? _retired; // one of the listeners, or none

    internal static void Add(ShutdownSignals listener)
    {
        lock (Gate)
        {
            foreach (var signal in listener.Options.Signals)
            {
                if (!Registrations.ContainsKey(signal))
                    Registrations.Add(signal, PosixSignalRegistration.Create(signal, Handle));
            }

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
            Listeners.Remove(listener);
    }

    private static void SupersedeRetired()
    {
        if (_retired is not { } retired)
            return;
        _retired = null;
        Listeners.Remove(retired);
        retired.Supersede();
    }

    private static void Handle(PosixSignalContext context)
    {
        // Under the lock, as Remove is: a signal either reaches a listener or takes its default action. Nothing in here waits or
        // runs code of the program, except for a clock that it brought.
        var hold = TimeSpan.Zero;
        lock (Gate)
        {
            foreach (var listener in Listeners)
            {
                if (listener.Options.Signals.Contains(context.Signal))
                {
                    context.Cancel = true;
                    listener.Receive(context.Signal);
                    hold = Timeouts.Longer(hold, listener.Ceiling);
                }
            }
        }

        if (OperatingSystem.IsWindows())
            HoldWindows(context.Signal, hold);
    }

    /// <summary>Keeps Windows from ending the process, which it does as soon as the handler of a close or a shutdown returns.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/windows/console/handlerroutine: the system gives a close about 5 s and a shutdown about 20 s, however long we
    /// hold. The program ends the process itself when it is done, and this thread with it. .NET runs the newest handler first and one after the
    /// other, so a handler of the program's own that is older than ours does not run any more.
    /// </remarks>
    private static void HoldWindows(PosixSignal signal, TimeSpan hold)
    {
        if (signal is PosixSignal.SIGHUP or PosixSignal.SIGTERM && hold != TimeSpan.Zero)
            new StopEvent().Wait(hold);
    }
}
