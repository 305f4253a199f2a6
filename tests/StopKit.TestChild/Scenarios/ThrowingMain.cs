namespace StopKit.TestChild.Scenarios;

/// <summary>Leaves a main of the given form, from three calls deep, by an exception.</summary>
internal static class ThrowingMain
{
    public static Task<int> ExitAsync(string form, int code) => RunAsync(form, () => throw new ExitException(code));

    public static Task<int> FailAsync(string form) => RunAsync(form, () => throw new InvalidDataException("bad header"));

    private static async Task<int> RunAsync(string form, Action end)
    {
        switch (form)
        {
            case "sync":
                return StopApp.Run(_ => Outer(end));
            case "async":
                return await StopApp.RunAsync(_ => OuterAsync(end));
            case "group":
                var app = new WorkerGroup("app");
                app.Add("parser", _ => Outer(end));
                app.Add("reader", stop => stop.Wait());
                return await StopApp.RunAsync(app);
            case "member":
                var alone = new WorkerGroup("app");
                alone.Add("parser", _ => Outer(end));
                return await StopApp.RunAsync(alone);
            case "worker":
                return await StopApp.RunAsync(new Root(end));
            default:
                // What a worker throws is its own affair until main says what to make of it.
                return StopApp.Run(stop =>
                {
                    var result = ThreadWorker.Start("inner", _ => Outer(end), stop).Join();
                    Console.WriteLine($"inner {result.Outcome}");
                    if (result.Exception is { } exception)
                        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
                });
        }
    }

    private static void Outer(Action end)
    {
        try
        {
            Inner(end);
        }
        finally
        {
            Console.WriteLine("outer finally");
        }
    }

    private static void Inner(Action end)
    {
        try
        {
            end();
        }
        finally
        {
            Console.WriteLine("inner finally");
        }
    }

    private static async Task OuterAsync(Action end)
    {
        try
        {
            await Task.Yield();
            Inner(end);
        }
        finally
        {
            Console.WriteLine("outer finally");
        }
    }

    private sealed class Root(Action end) : ThreadWorker("root")
    {
        protected override void Run(StopToken stop) => Outer(end);

        protected override void CleanUp(StopToken shielded) => Console.WriteLine("cleanup");
    }
}
