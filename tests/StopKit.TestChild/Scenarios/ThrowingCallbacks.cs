namespace StopKit.TestChild.Scenarios;

/// <summary>Callbacks of every kind that throw, at a stop and an abort that come by signals or by timers.</summary>
internal static class ThrowingCallbacks
{
    public static int OnSignal(string[] args)
    {
        using var signals = ShutdownSignals.Listen(ShutdownArguments.Parse(args));
        using var called = Throw(signals.Token);
        Console.WriteLine("ready");
        signals.Token.Wait();
        Console.WriteLine("stopping");
        called.Wait();
        Console.WriteLine($"{signals.Token.Reason}, {signals.Token.AbortReason}");
        return 7;
    }

    public static int OnTimer()
    {
        using var source = new StopSource();
        using var called = Throw(source.Token);
        source.StopAfter(TimeSpan.FromMilliseconds(1));
        source.Token.Wait();
        source.RequestStop(grace: TimeSpan.FromMilliseconds(1));
        called.Wait();
        // The last ones to run are those that we have waited for: all others are kept by now.
        Console.WriteLine(string.Join(' ', source.CallbackExceptions.Select(exception => exception.Message).Order()));
        return 7;
    }

    /// <summary>Does with a bare source of the platform what <see cref="OnTimer"/> does with StopKit's.</summary>
    public static int OnPlatformTimer()
    {
        using var source = new CancellationTokenSource();
        source.Token.UnsafeRegister(_ => throw new InvalidOperationException("stop"), null);
        Console.WriteLine("ready");
        source.CancelAfter(TimeSpan.FromMilliseconds(1));
        new ManualResetEventSlim().Wait(); // nobody ends the process but the exception
        return 7;
    }

    /// <returns>An event that is set when the callbacks that run last have run, the stop's and the abort's.</returns>
    private static CountdownEvent Throw(StopToken stop)
    {
        var called = new CountdownEvent(2);
        stop.OnStop(_ => called.Signal());
        stop.OnAbort(_ => called.Signal());
        stop.OnAbort(_ => throw new InvalidOperationException("abort"));
        stop.OnStop(_ => throw new InvalidOperationException("stop"));
        stop.Stopping.UnsafeRegister(_ => throw new InvalidOperationException("stopping"), null);
        stop.Aborting.UnsafeRegister(_ => throw new InvalidOperationException("aborting"), null);
        return called;
    }
}
