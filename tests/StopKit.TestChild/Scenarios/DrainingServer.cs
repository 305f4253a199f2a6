namespace StopKit.TestChild.Scenarios;

/// <summary>Says when it takes no more work, and when it stops.</summary>
internal static class DrainingServer
{
    public static int Run(string[] args)
    {
        using var signals = ShutdownSignals.Listen(ShutdownArguments.Parse(args));
        Console.WriteLine("ready");
        while (!signals.IsDraining)
            Thread.Yield();
        Console.WriteLine($"draining: {signals.Received}, stopped: {signals.Token.IsStopRequested}");
        signals.Token.Wait();
        Console.WriteLine($"stopping: {signals.Token.Reason}");
        if (!args.Contains("to=abort"))
            return 7;
        while (!signals.Token.IsAbortRequested)
            Thread.Yield();
        Console.WriteLine($"aborting: {signals.Token.AbortReason}");
        return 8;
    }
}
