// One deadline for a thread, a task and a worker; the report says what has ended, what is late, and where that was last seen.
// Run: dotnet run samples/join.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var stop = new StopSource();
var mayEnd = new ManualResetEventSlim();

var thread = new Thread(() => stop.Token.Wait()) { Name = "thread" };
thread.Start();
var task = Task.Run(async () => await stop.Token.WaitAsync(Timeout.InfiniteTimeSpan));
var worker = ThreadWorker.Start("worker", token =>
{
    token.Wait();
    token.Checkpoint("SaveEverything"); // the last place that a report knows of
    mayEnd.Wait();
}, stop.Token);

stop.RequestStop("closing time");
var report = Join.All(TimeSpan.FromSeconds(3), thread, ((Joinable)task).Named("task"), worker);

Console.WriteLine(report.IsComplete ? "all have ended" : $"late: {string.Join(", ", report.Late.Select(entry => entry.Path))}");
foreach (var entry in report.Entries)
    Console.WriteLine($"{entry.Path}: {(entry.Outcome == WorkerOutcome.Abandoned ? $"late, last seen in {entry.LastCheckpoint?.Member}" : "ended")}");

// A join requests nothing and may be repeated: later it finds more.
mayEnd.Set();
report = Join.All(TimeSpan.FromSeconds(30), thread, ((Joinable)task).Named("task"), worker);
Console.WriteLine(report.IsComplete ? "all have ended: the database may be closed" : report.ToString());
