// Shows what a background worker loses when the program ends (unsafe), and how CleanUpOnProcessExit gives it time.
// Run: dotnet run samples/background.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

Start("abrupt", new WorkerOptions { IsBackground = true });
Start("polite", new WorkerOptions { IsBackground = true, CleanUpOnProcessExit = true, CleanUpLimit = TimeSpan.FromSeconds(2) });
Console.WriteLine("main returns");

static void Start(string name, WorkerOptions options)
{
    using var open = new ManualResetEventSlim();
    ThreadWorker.Start(
        name,
        stop =>
        {
            Console.WriteLine($"{name}: file open");
            open.Set();
            stop.Wait();
            Console.WriteLine($"{name}: file closed ({stop.Reason})");
        },
        options: options);
    open.Wait();
}
