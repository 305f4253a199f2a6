// The same work twice: once it runs to its end, once it is stopped before. The outcome tells which, by whether the worker saw the stop.
// Run: dotnet run samples/stopped-or-completed.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var patient = ThreadWorker.Start("patient", stop => CountTo(3, stop));
Tell(patient.Join());

using var hasty = ThreadWorker.Start("hasty", stop => CountTo(1_000_000, stop));
hasty.RequestStop("that is enough");
Tell(hasty.Join());

// A stop that comes when the work is done, and that the worker does not look at any more, changes nothing.
using var isDone = new ManualResetEventSlim();
using var mayEnd = new ManualResetEventSlim();
using var late = ThreadWorker.Start("late", stop =>
{
    CountTo(3, stop);
    isDone.Set();
    mayEnd.Wait();
});
isDone.Wait();
late.RequestStop("too late");
mayEnd.Set();
Tell(late.Join());

static void CountTo(int last, StopToken stop)
{
    for (var number = 1; number <= last; number++)
    {
        if (stop.Wait(TimeSpan.FromMilliseconds(10)))
            return;
    }
}

static void Tell(WorkerResult result) => Console.WriteLine(result.Outcome switch
{
    WorkerOutcome.Completed => $"{result.Name}: ran to its end",
    WorkerOutcome.Stopped => $"{result.Name}: stopped early, {result.Reason}",
    _ => $"{result.Name}: {result.Outcome}",
});
