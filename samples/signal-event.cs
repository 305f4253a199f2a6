// Shows a signal as an event: the worker leaves its loop at the next look, main joins it and ends after it.
// Run: dotnet run samples/signal-event.cs, then press Ctrl+C: it prints "Thread done", then "Program done"
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var signals = ShutdownSignals.Listen(new ShutdownOptions { Hint = null });

var worker = ThreadWorker.Start("worker", stop =>
{
    while (!stop.Wait(TimeSpan.FromSeconds(0.1)))
    {
        // Here goes one piece of the work.
    }

    Console.WriteLine("Thread done");
}, signals.Token);

worker.Join();
Console.WriteLine("Program done");
