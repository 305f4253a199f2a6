namespace StopKit.TestChild.Scenarios;

/// <summary>Never looks at the stop. Says on stdout what others are told of it.</summary>
internal static class UnwillingMain
{
    private static readonly ManualResetEventSlim Never = new();

    public static async Task<int> RunAsync(string form, string[] args)
    {
        var options = ShutdownArguments.Parse(args);
        switch (form)
        {
            case "async":
                return await StopApp.RunAsync(
                    async stop =>
                    {
                        Begin(stop);
                        await new TaskCompletionSource(TaskCreationOptions.None).Task;
                    },
                    options);
            case "blocked-callbacks":
                return StopApp.Run(
                    stop =>
                    {
                        stop.OnStop(_ => Never.Wait());
                        stop.OnAbort(_ => Never.Wait());
                        Begin(stop);
                        Never.Wait();
                    },
                    options);
            case "exhausted-pool":
                return StopApp.Run(
                    stop =>
                    {
                        ExhaustedPool.Make();
                        Begin(stop);
                        Never.Wait();
                    },
                    options);
            default:
                return StopApp.Run(
                    stop =>
                    {
                        Begin(stop);
                        Never.Wait();
                    },
                    options);
        }
    }

    private static void Begin(StopToken stop)
    {
        stop.Checkpoint("Drain", "/src/mail/Mailer.cs", 42);
        // Watched from the side: it is not main who sees it.
        new Thread(() => Watch(stop)) { IsBackground = true }.Start();
        Console.WriteLine("ready");
    }

    private static void Watch(StopToken stop)
    {
        stop.Wait();
        Console.WriteLine($"stopping: {stop.Reason}");
        while (stop.Stage != StopStage.Aborting)
            Thread.Yield();
        Console.WriteLine($"aborting: {stop.AbortReason}");
    }
}
