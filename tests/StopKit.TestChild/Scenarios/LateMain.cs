namespace StopKit.TestChild.Scenarios;

/// <summary>Ends at the abort and no sooner; says whether the code behind <see cref="StopApp"/> and the exit handlers run.</summary>
internal static class LateMain
{
    public static async Task<int> RunAsync(string form, string[] args)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine("process exit");
        var options = ShutdownArguments.Parse(args);
        var code = form switch
        {
            "async" => await StopApp.RunAsync(RunMainAsync, options),
            "sync" => StopApp.Run(RunMain, options),
            _ => await StopApp.RunAsync(Group(), options),
        };
        Console.WriteLine("returned");
        return code;
    }

    private static Task RunMainAsync(StopToken stop)
    {
        Console.WriteLine("ready");
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Aborting);
    }

    private static void RunMain(StopToken stop)
    {
        Console.WriteLine("ready");
        stop.Aborting.WaitHandle.WaitOne();
    }

    private static WorkerGroup Group()
    {
        var app = new WorkerGroup("app");
        app.Add("willing", stop => stop.Wait());
        app.Add("slow", RunMain);
        return app;
    }
}
