using System.Runtime.CompilerServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>Uses <see cref="ShutdownSignals"/> without a <see cref="StopApp"/>.</summary>
internal static class Listening
{
    /// <summary>Two listen; both are disposed in turn, each after a line from the input.</summary>
    public static int DisposeInTurn()
    {
        var first = ShutdownSignals.Listen();
        var second = ShutdownSignals.Listen();
        Console.WriteLine("ready");
        Console.ReadLine();
        first.Dispose();
        Console.WriteLine($"first disposed, stopped: {first.Token.IsStopRequested}");
        if (Console.ReadLine() == "wait")
        {
            second.Token.Wait();
            Console.WriteLine($"second: {second.Token.Reason}, first stopped: {first.Token.IsStopRequested}");
        }

        second.Dispose();
        Console.WriteLine("both disposed");
        Console.ReadLine();
        return 7;
    }

    /// <summary>Keeps only the token, and collects everything that can be collected before the signal comes.</summary>
    public static int SurviveCollection()
    {
        var token = ListenAndForget();
        for (var i = 0; i < 5; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        Console.WriteLine("ready");
        token.Wait();
        Console.WriteLine($"stopped: {token.Reason}");
        return 7;
    }

    // Not inlined, so that no local of it keeps the listener alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StopToken ListenAndForget() => ShutdownSignals.Listen().Token;
}
