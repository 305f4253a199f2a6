// The main thread listens for signals while a worker thread does the long job: Ctrl+C, or `kill`, asks the worker to stop, and main joins it.
// Run: dotnet run samples/main-listens.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var signals = ShutdownSignals.Listen();
using var counter = new Counter();

counter.Start(signals.Token); // a stop of the program is a stop of the worker
Console.WriteLine($"Process {Environment.ProcessId} counts. Press Ctrl+C.");

signals.Token.Wait();
Console.WriteLine($"{signals.Received}: waiting for the worker");

var result = counter.Join();
Console.WriteLine($"The worker is done: {result.Outcome} because {result.Reason}");

internal sealed class Counter() : ThreadWorker("counter")
{
    protected override void Run(StopToken stop)
    {
        var count = 0;
        while (!stop.Wait(TimeSpan.FromMilliseconds(100))) // a sleep that ends at once on stop
            count++;
        Console.WriteLine("The worker puts its work away");
    }
}
