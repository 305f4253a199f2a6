using System.Runtime.InteropServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>Listeners that are disposed while signals arrive.</summary>
internal static class DisposeRaces
{
    /// <summary>Raises a signal at the very moment of the dispose, many times; prints how often the token did not tell what was received.</summary>
    public static int RaiseAtDispose(int rounds)
    {
        var hour = TimeSpan.FromHours(1);
        // The debounce, because the handler of one round may come to run as late as in another.
        var options = new ShutdownOptions { Signals = [(PosixSignal)SelfSignal.Harmless], Debounce = hour, DrainDelay = hour, Hint = null };
        using var start = new Barrier(2);
        var raiser = new Thread(() =>
        {
            for (var round = 0; round < rounds; round++)
            {
                start.SignalAndWait();
                SelfSignal.Raise(SelfSignal.Harmless);
            }
        });
        raiser.Start();
        int received = 0, lost = 0;
        for (var round = 0; round < rounds; round++)
        {
            var signals = ShutdownSignals.Listen(options);
            start.SignalAndWait();
            Thread.SpinWait(round * 7 % 20_000); // now earlier, now later than the handler
            signals.Dispose();
            received += signals.Received is null ? 0 : 1;
            lost += signals.Token.IsStopRequested == signals.Received is not null ? 0 : 1;
        }

        raiser.Join();
        Console.WriteLine($"lost {lost}");
        Console.WriteLine(received > 0 && received < rounds ? "some before, some after" : $"no race: {received} of {rounds}");
        return 0;
    }

    /// <summary>Does nothing but listen and dispose, until a signal is delivered or ends it.</summary>
    public static int ListenAndDispose()
    {
        Console.WriteLine("ready");
        while (true)
        {
            var first = ShutdownSignals.Listen();
            var second = ShutdownSignals.Listen();
            first.Dispose();
            second.Dispose();
            if (first.Token.IsStopRequested || second.Token.IsStopRequested)
                return 7;
        }
    }

    /// <summary>Disposes a listener in its own callback, or in a handler of the program's own.</summary>
    public static int DisposeInside(string where)
    {
        using var disposed = new ManualResetEventSlim();
        var signals = ShutdownSignals.Listen();
        using var registration = where == "handler" ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Dispose()) : null;
        if (where == "stop-callback")
            signals.Token.OnStop(_ => Dispose());
        else if (where == "cancellation-callback")
            signals.Token.Stopping.UnsafeRegister(_ => Dispose(), null);
        Console.WriteLine("ready");
        disposed.Wait();
        Console.WriteLine($"disposed, stopped: {signals.Token.IsStopRequested}");
        registration?.Dispose();
        new ManualResetEventSlim().Wait(); // the next signal is nobody's
        return 0;

        void Dispose()
        {
            signals.Dispose();
            disposed.Set();
        }
    }
}
