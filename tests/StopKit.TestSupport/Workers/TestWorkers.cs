namespace StopKit.TestSupport;

/// <summary>Makes workers of either kind from the same code, so that one test is held against both.</summary>
public static class TestWorkers
{
    public static Worker Make(
        WorkerKind kind, Action<StopToken> body, Action<StopToken>? cleanUp = null, WorkerOptions? options = null, string? name = null) =>
        kind == WorkerKind.Thread
            ? new OnThread(name, options, body, cleanUp ?? (_ => { }))
            : new OnTasks(name, options, body, cleanUp ?? (_ => { }));

    public static Worker Start(
        WorkerKind kind,
        Action<StopToken> body,
        Action<StopToken>? cleanUp = null,
        WorkerOptions? options = null,
        string? name = null,
        StopToken stop = default)
    {
        var worker = Make(kind, body, cleanUp, options, name);
        worker.Start(stop);
        return worker;
    }

    private sealed class OnThread(string? name, WorkerOptions? options, Action<StopToken> body, Action<StopToken> cleanUp)
        : ThreadWorker(name, options)
    {
        protected override void Run(StopToken stop) => body(stop);

        protected override void CleanUp(StopToken shielded) => cleanUp(shielded);
    }

    private sealed class OnTasks(string? name, WorkerOptions? options, Action<StopToken> body, Action<StopToken> cleanUp)
        : AsyncWorker(name, options)
    {
        protected override Task RunAsync(StopToken stop) => Apart(() => body(stop));

        protected override Task CleanUpAsync(StopToken shielded) => Apart(() => cleanUp(shielded));

        // On a thread of its own, because test bodies block and the thread pool has few threads; also still in the worker's flow.
        private static Task Apart(Action action) =>
            Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
