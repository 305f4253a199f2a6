// One event for several loops: they work while it is set and pause while it is not. A stop ends them all, pausing or not.
// Run: dotnet run samples/event.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var mayWork = new StopEvent();
using var stop = new StopSource();
var pieces = new int[3];
ThreadWorker[] loops = [.. Enumerable.Range(0, pieces.Length).Select(n => ThreadWorker.Start($"loop-{n + 1}", token => Loop(n, token), stop.Token))];

Console.WriteLine($"before: {pieces.Sum()} pieces of work");
mayWork.Set(); // releases every loop that waits
WaitUntil(() => pieces.All(done => done > 0));
Console.WriteLine("set: every loop works");

mayWork.Reset();
WaitUntil(ArePaused);
Console.WriteLine("reset: every loop pauses");

mayWork.Set();
var before = pieces.ToArray();
WaitUntil(() => pieces.Zip(before).All(done => done.First > done.Second));
Console.WriteLine("set again: every loop works");

mayWork.Reset();
stop.RequestStop(); // the one-way event: it cannot be reset, and it says why
foreach (var loop in loops)
    Console.WriteLine($"{loop.Name}: {loop.Join().Outcome}");

void Loop(int number, StopToken token)
{
    // True: the event is set, or it was when it was reset again at once. False: the stop.
    while (mayWork.Wait(token))
    {
        Volatile.Write(ref pieces[number], pieces[number] + 1);
        token.Wait(TimeSpan.FromMilliseconds(1));
    }
}

void WaitUntil(Func<bool> condition)
{
    while (!condition() && !stop.Token.Wait(TimeSpan.FromMilliseconds(1)))
        continue; // a stop ends the wait, too
}

bool ArePaused()
{
    var seen = pieces.Sum();
    stop.Token.Wait(TimeSpan.FromMilliseconds(50));
    return pieces.Sum() == seen;
}
