// A service whose API starts only when its database answers, and stops before it: readiness in a group.
// Run: dotnet run samples/service-with-database.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var isOpen = false;
using var app = new WorkerGroup("app");
app.Add("database", RunDatabaseAsync, new MemberOptions
{
    Order = 0, // starts first and stops last
    Worker = new WorkerOptions { ReportsReady = true, ReadyLimit = TimeSpan.FromSeconds(20) }, // later than that is a failure
});
app.Add("api", ServeAsync, order: 1); // starts when the database is ready
app.Start();

await app.WhenReady;
Console.WriteLine("app: ready");
await app.StopAsync();
Console.WriteLine($"database {(isOpen ? "open" : "closed")}, exit code {app.ExitCode}");
return app.ExitCode!.Value;

async Task RunDatabaseAsync(StopToken stop)
{
    Console.WriteLine("database: connects");
    await stop.WaitAsync(TimeSpan.FromSeconds(0.3)); // for a real one: try until it answers
    if (stop.IsStopRequested)
        return;
    isOpen = true;
    Console.WriteLine("database: open");
    stop.ReportReady();
    await stop.WaitAsync(Timeout.InfiniteTimeSpan);
    isOpen = false; // whatever used it has ended
    Console.WriteLine("database: closed");
}

async Task ServeAsync(StopToken stop)
{
    Console.WriteLine($"api: serves, database {(isOpen ? "open" : "closed")}");
    await stop.WaitAsync(Timeout.InfiniteTimeSpan);
    Console.WriteLine($"api: done, database {(isOpen ? "open" : "closed")}");
}
