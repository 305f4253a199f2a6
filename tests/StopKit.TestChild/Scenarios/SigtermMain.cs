namespace StopKit.TestChild.Scenarios;

/// <summary>The same main with what .NET does at SIGTERM, and with StopKit.</summary>
internal static class SigtermMain
{
    public static int Run(string form)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine("process exit");
        if (form == "stopkit")
            return StopApp.Run(Body);
        using var nobody = new StopSource();
        Body(nobody.Token);
        return 0;
    }

    private static void Body(StopToken stop)
    {
        try
        {
            Console.WriteLine("ready");
            stop.Wait();
        }
        finally
        {
            Console.WriteLine("finally");
        }
    }
}
