// Shows the three presses of Ctrl+C: the first asks all workers to stop, the second aborts them, the third ends the process at once.
// Run: dotnet run samples/press-three-times.cs, then press Ctrl+C; after the second press wait, or press it once more
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var app = new WorkerGroup("app");

app.Add("willing", stop =>
{
    stop.Wait();
    Console.WriteLine("willing: stopped");
});

app.Add("busy", stop =>
{
    // It finishes what it is at, unless it is told to drop it.
    Console.WriteLine("busy: working");
    stop.Aborting.WaitHandle.WaitOne();
    Console.WriteLine("busy: aborted");
});

app.Add("stuck", _ =>
{
    // It looks at nothing: only the third press, or the end of the abort period, gets rid of it.
    using var never = new ManualResetEventSlim();
    never.Wait();
});

return await StopApp.RunAsync(app, new ShutdownOptions { AbortPeriod = TimeSpan.FromSeconds(3) });
