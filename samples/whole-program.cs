// A whole program: workers in a group, started in order, stopped in reverse order by Ctrl+C or SIGTERM, and an exit code that says how it went.
// Run: dotnet run samples/whole-program.cs, then press Ctrl+C
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var printer = new Printer();
using var app = new WorkerGroup("app");
app.Add(printer, order: 0); // starts first and stops last: it prints all that it was given
app.Add(new Clock(), order: 1);
app.Add("poller", PollAsync, order: 1);
return await StopApp.RunAsync(app); // until Ctrl+C, SIGTERM, or a failure

async Task PollAsync(StopToken stop)
{
    for (var number = 1; !await stop.WaitAsync(TimeSpan.FromSeconds(0.2)); number++)
        await printer.PostAsync($"job {number}", stop);
}

internal sealed class Clock() : PeriodicWorker(TimeSpan.FromSeconds(1), "clock")
{
    protected override Task TickAsync(StopToken stop) => Console.Out.WriteLineAsync($"clock: {TimeProvider.System.GetLocalNow():T}");
}

internal sealed class Printer() : QueueWorker<string>(capacity: 100, "printer")
{
    protected override Task HandleAsync(string item, StopToken stop) => Console.Out.WriteLineAsync($"printer: {item}");

    protected override Task CleanUpAsync(StopToken shielded) => Console.Out.WriteLineAsync($"printer: put away, {Unhandled.Count} jobs left");
}
