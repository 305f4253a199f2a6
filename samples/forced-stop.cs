// Not recommended: cuts off foreign code that follows no token (unsafe); what cannot be cut off either is abandoned, and named.
// Run: dotnet run samples/forced-stop.cs
#:project ../src/StopKit/StopKit.csproj
#pragma warning disable STOPKIT001 // experimental, and not recommended: prefer checkpoints, a child process, or a reported abandon
using StopKit;

var options = new WorkerOptions { AbortPeriod = TimeSpan.FromSeconds(0.5), IsBackground = true };
var hasBegun = new CountdownEvent(2);
var waiting = ThreadWorker.Start("waiting", stop => ForcedStop.Run(Wait, stop), options: new WorkerOptions { IsBackground = true });
var running = ThreadWorker.Start("running", stop => ForcedStop.Run(Calculate, stop), options: options);
hasBegun.Wait();

// An interrupt at the abort ends the wait. It does not end the calculation; the last resort is a report that names what is left.
Console.WriteLine($"waiting: {waiting.Stop(grace: TimeSpan.Zero).Outcome}");
Console.WriteLine($"running: {running.Stop(grace: TimeSpan.Zero).Outcome}");

void Wait()
{
    try
    {
        Console.WriteLine("waiting: half of the file is written");
        hasBegun.Signal();
        new ManualResetEventSlim().Wait(); // code of another library, without a token
        Console.WriteLine("waiting: the other half is written");
    }
    finally
    {
        Console.WriteLine("waiting: cut off");
    }
}

void Calculate()
{
    hasBegun.Signal();
    for (var n = 0L; n >= 0; n++)
    {
        // Code of another library, without a token.
    }
}
