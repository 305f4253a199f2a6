using StopKit;

var options = new ShutdownOptions
{
    Grace = TimeSpan.FromSeconds(10), // how long the workers have after the first signal; then they are aborted
    AbortPeriod = TimeSpan.FromSeconds(2), // how long they have after that, or after a second signal; then the process is ended
};

// A group starts its workers in ascending order and stops them in descending order. So what others need has the lower one:
// the poller is stopped first, and the printer prints what it was given until then. If one of them fails, all are stopped.
using var app = new WorkerGroup("app");
var printer = new Printer();
app.Add(printer, order: 0);
app.Add("poller", PollAsync, order: 1);

// Ctrl+C, SIGTERM and the end of the terminal stop the group. What Main returns:
//   0        all work is done, or was stopped in time
//   n        a worker threw an ExitException(n)
//   1        a worker failed; what it threw is on stderr
//   124      the stop took longer than its grace; stderr names what was late
//   128 + n  signal n, again and again
var exitCode = await StopApp.RunAsync(app, options);
Console.WriteLine(app.Report);
return exitCode;

async Task PollAsync(StopToken stop)
{
    var number = 0;
    do
        await printer.PostAsync($"job {++number}", stop);
    while (!await stop.WaitAsync(TimeSpan.FromSeconds(1))); // a sleep that a stop ends at once; it returns true then, and throws nothing
    Console.WriteLine($"poller: stopped, {stop.Reason}");
}

/// <summary>Handles one job after the other, and loses none when it is stopped.</summary>
internal sealed class Printer() : QueueWorker<string>(capacity: 100, "printer")
{
    protected override Task HandleAsync(string item, StopToken stop)
    {
        Console.WriteLine($"printer: {item}");
        return Task.CompletedTask;
    }

    protected override Task CleanUpAsync(StopToken shielded)
    {
        Console.WriteLine($"printer: put away, {Unhandled.Count} jobs left"); // more than 0 only after an abort
        return Task.CompletedTask;
    }
}
