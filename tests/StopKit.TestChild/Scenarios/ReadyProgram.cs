namespace StopKit.TestChild.Scenarios;

/// <summary>A program that is ready at once, or when a worker of it says so, which it does after a line on its input.</summary>
internal static class ReadyProgram
{
    public static Task<int> RunAsync(string form, string[] args)
    {
        var options = ShutdownArguments.Parse(args);
        return form switch
        {
            "main" => StopApp.RunAsync(stop => stop.WaitAsync(Timeout.InfiniteTimeSpan).AsTask(), options),
            "worker" => StopApp.RunAsync(Slow(), options),
            "group" => StopApp.RunAsync(Group(), options),
            "inner" => StopApp.RunAsync(stop => Task.Run(() => StopApp.Run(inner => inner.Wait(), options with { ReadyLine = "inner" })), options),
            _ => throw new ArgumentException(form),
        };
    }

    private static WorkerGroup Group()
    {
        var app = new WorkerGroup("app");
        app.Add("quick", stop => stop.Wait());
        app.Add(Slow());
        return app;
    }

    private static ThreadWorker Slow() => Worker.OnThread(
        "slow",
        stop =>
        {
            Console.WriteLine("starting");
            Console.ReadLine();
            stop.ReportReady();
            stop.Wait();
        },
        new WorkerOptions { ReportsReady = true, ReadyLimit = Timeout.InfiniteTimeSpan });
}
