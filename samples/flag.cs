// Two ways to tell a loop to end: a flag that it looks at after each sleep, and a StopToken, whose Wait is a sleep that ends at once.
// Run: dotnet run samples/flag.cs
#:project ../src/StopKit/StopKit.csproj
using System.Diagnostics;
using StopKit;

var pause = TimeSpan.FromSeconds(4);

// The flag. It costs one volatile read, but it does not wake the loop, which notices only when its pause is over.
var flag = new StopFlag();
var clock = new Stopwatch();
var flagged = new Thread(() =>
{
    do
        Console.WriteLine("flag: working");
    while (!SleepThenLook());
    Console.WriteLine($"flag: ended {(clock.Elapsed < pause / 2 ? "at once" : "when its pause was over")}");
});
clock.Start();
flagged.Start();
Console.WriteLine($"flag: set {(flag.Set() ? "first here" : "before")}, {(flag.Set() ? "first here" : "before")}");
flagged.Join();

// The token. The same loop, but its pause is a wait for the stop.
using var worker = ThreadWorker.Start("token", stop =>
{
    do
        Console.WriteLine("token: working");
    while (!stop.Wait(pause));
});
clock.Restart();
worker.RequestStop("that is enough");
var result = worker.Join();
Console.WriteLine($"token: ended {(clock.Elapsed < pause / 2 ? "at once" : "when its pause was over")} because {result.Reason}");

bool SleepThenLook()
{
#pragma warning disable RS0030 // nothing can end this sleep: that is what the token is better at
    Thread.Sleep(pause);
#pragma warning restore RS0030
    return flag.IsSet;
}
