// A supervisor: what fails is started anew after a pause that grows, and what it cannot mend stops the program with a reason.
// Run: dotnet run samples/supervisor.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var restart = FailurePolicy.Restart(backoff: TimeSpan.FromMilliseconds(50), limit: 3);
using var app = new WorkerGroup("app");
app.MemberRestarted += (_, restarted) => Console.WriteLine($"{restarted.Path}: restart {restarted.Restarts} after: {restarted.Exception?.Message}");

// Fails twice, then runs: the group mends it, and the other members never notice.
var connections = 0;
app.Add("feed", ReadFeedAsync, new MemberOptions { Policy = restart });

// Fails each time: past the limit it stops the whole group, which asks the others to stop, in order.
var attempts = 0;
app.Add("license", CheckLicenseAsync, new MemberOptions { Policy = restart });

app.Add("api", stop => stop.Wait(), order: 1);

app.Start();
var result = await app.Completion;
Console.WriteLine($"{result.Name}: {result.Outcome}, {result.Exception?.Message}");
foreach (var entry in app.Report.Entries)
    Console.WriteLine($"{entry.Path}: {entry.Outcome}, {entry.Restarts} restarts");
return app.ExitCode!.Value; // 1

async Task ReadFeedAsync(StopToken stop)
{
    if (++connections <= 2)
        throw new IOException($"connection {connections} was lost");
    await stop.WaitAsync(Timeout.InfiniteTimeSpan);
}

async Task CheckLicenseAsync(StopToken stop)
{
    if (await stop.WaitAsync(TimeSpan.FromSeconds(1))) // the feed has long been mended by then
        return;
    throw new InvalidOperationException($"no license, attempt {++attempts}");
}
