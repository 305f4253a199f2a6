namespace StopKit.TestChild.Scenarios;

/// <summary>Cleans up, inside of <see cref="StopApp.Run"/> or after it, until its input ends.</summary>
internal static class CleaningUp
{
    public static int Inside(string[] args) => StopApp.Run(
        stop =>
        {
            stop.OnAbort(reason => Console.WriteLine($"aborting: {reason}"));
            try
            {
                Console.WriteLine("ready");
                stop.Wait();
                stop.ThrowIfStopRequested();
            }
            finally
            {
                CleanUp();
            }
        },
        ShutdownArguments.Parse(args));

    public static int Afterwards(string[] args)
    {
        var code = StopApp.Run(
            stop =>
            {
                Console.WriteLine("ready");
                stop.Wait();
            },
            ShutdownArguments.Parse(args));
        CleanUp();
        return code;
    }

    public static int Unstopped()
    {
        var code = StopApp.Run(_ => { });
        CleanUp();
        return code;
    }

    /// <summary>Ends as soon as it is asked, with as many signals on the way as there are.</summary>
    public static int AtOnce(string[] args)
    {
        var code = StopApp.Run(
            stop =>
            {
                Console.WriteLine("ready");
                stop.Wait();
            },
            ShutdownArguments.Parse(args));
        Console.WriteLine("returned");
        return code;
    }

    private static void CleanUp()
    {
        Console.WriteLine("cleaning up");
        Console.In.ReadToEnd();
        Console.WriteLine("cleaned up");
    }
}
