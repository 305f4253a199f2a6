namespace StopKit.TestChild.Scenarios;

/// <summary>A program whose inner part has shorter limits, does not end, and so would like to end the process.</summary>
internal static class NestedPrograms
{
    private static readonly ManualResetEventSlim Never = new();
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly ShutdownOptions Patient = new() { Grace = Hour, AbortPeriod = Hour, Debounce = Hour, Hint = null };

    public static Task<int> RunAsync(string form, string[] args) => form switch
    {
        "app" => StopApp.RunAsync(_ => RunInnerAsync(ShutdownArguments.Parse(args)), Patient),
        "listener" => Task.FromResult(Listen(ShutdownArguments.Parse(args))),
        "impatient" => Task.FromResult(StopApp.Run(_ => StopApp.Run(Block, Patient), ShutdownArguments.Parse(args))),
        _ => throw new ArgumentException(form),
    };

    private static async Task RunInnerAsync(ShutdownOptions options)
    {
        var code = await StopApp.RunAsync(
            async stop =>
            {
                Tell(stop);
                await new TaskCompletionSource(TaskCreationOptions.None).Task;
            },
            options);
        Console.WriteLine($"inner returns {code}");
        CleanUp();
    }

    private static int Listen(ShutdownOptions options)
    {
        var outer = ShutdownSignals.Listen(Patient); // not disposed: it stays in charge until the process ends
        new Thread(() => StopApp.Run(Block, options)) { IsBackground = true }.Start();
        outer.Token.Wait();
        CleanUp();
        return 7;
    }

    private static void Block(StopToken stop)
    {
        Tell(stop);
        Never.Wait();
    }

    private static void Tell(StopToken stop)
    {
        stop.OnStop(reason => Console.WriteLine($"inner stops: {reason}"));
        stop.OnAbort(reason => Console.WriteLine($"inner aborts: {reason}"));
        Console.WriteLine("ready");
    }

    private static void CleanUp()
    {
        Console.WriteLine("cleaning up");
        Console.In.ReadToEnd();
        Console.WriteLine("cleaned up");
    }
}
