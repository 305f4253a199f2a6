// ExitException ends only the worker that throws it, through its finally blocks and with a code; the other workers go on.
// Run: dotnet run samples/leave-thread.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var stop = new StopSource();
using var other = ThreadWorker.Start("other", token =>
{
    Console.WriteLine("other: at work");
    token.Wait();
    Console.WriteLine("other: asked to stop");
}, stop.Token);

using var leaver = ThreadWorker.Start("leaver", _ =>
{
    try
    {
        FindNothingToDo();
    }
    finally
    {
        Console.WriteLine("leaver: cleaned up");
    }
}, stop.Token);

var result = leaver.Join();
Console.WriteLine($"leaver: {result.Outcome} with code {result.ExitCode}, \"{result.Exception!.Message}\"");
Console.WriteLine($"other: {other.State}"); // it was never disturbed

stop.RequestStop();
Console.WriteLine($"other: {other.Join().Outcome}");

// From any depth, without a flag to hand up.
static void FindNothingToDo() => throw new ExitException(3, "nothing to do");
