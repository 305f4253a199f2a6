// A group stops in order, and one member does not: the group gives up on it in time, and the report names it and where it was last seen.
// Run: dotnet run samples/stuck-worker.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var options = new WorkerOptions
{
    Grace = TimeSpan.FromSeconds(4), // for everybody together
    AbortPeriod = TimeSpan.FromSeconds(2),
    IsBackground = true, // so that the stuck thread does not hold the process
};
var mail = new WorkerGroup("mail", options: options);
for (var n = 1; n <= 3; n++)
    mail.Add($"sender-{n}", Send);
mail.Add("archiver", Archive);

var app = new WorkerGroup("app", options: options);
app.Add("database", stop => stop.Wait(), order: 1); // starts first, stops last
app.Add(mail, order: 2);
app.Start();

Console.WriteLine("stopping");
var result = await app.StopAsync();
Console.WriteLine($"{result.Name}: {result.Outcome}");
Console.WriteLine(app.Report);
return app.Report.IsComplete ? 0 : 1;

static async Task Send(StopToken stop) => await stop.WaitAsync(Timeout.InfiniteTimeSpan);

// It waits for something that never comes, and has forgotten the token.
static void Archive(StopToken stop)
{
    stop.Checkpoint(nameof(Archive));
    using var tape = new ManualResetEventSlim();
    tape.Wait();
}
