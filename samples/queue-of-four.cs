// A queue that handles four items at a time: what fails is tried again, what stays broken is skipped, and nothing is lost.
// Run: dotnet run samples/queue-of-four.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var failures = new HashSet<int> { 3, 7 }; // these fail the first time
var mailer = Worker.ForEach<int>("mailer", SendAsync, new QueueWorkerOptions<int>
{
    Capacity = 8,
    Parallelism = 4,
    ItemFailed = (mail, exception, attempt) =>
    {
        Console.WriteLine($"mail {mail}: {exception.Message}, attempt {attempt}");
        return attempt < 3 ? ItemDecision.Retry(TimeSpan.FromMilliseconds(20)) : ItemDecision.Skip;
    },
});
mailer.Start();

// Waits while eight are waiting, and is told false once the mailer stops.
var accepted = 0;
for (var mail = 1; mail <= 20 && await mailer.PostAsync(mail); mail++)
    accepted++;

mailer.Complete(); // takes no more; StopAsync would do the same, and end the pauses of the retries
var result = await mailer.Completion;
Console.WriteLine($"{mailer.Name}: {result.Outcome}");
Console.WriteLine($"{accepted} accepted, {mailer.SkippedCount} skipped, {mailer.TakeUnhandled().Count} handed back");

// The token stops when the mailer aborts, not when it stops: until then the mail is sent to its end.
async Task SendAsync(int mail, StopToken stop)
{
    await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop);
    lock (failures)
    {
        if (failures.Remove(mail))
            throw new IOException("the line is busy");
    }

    if (mail == 13)
        throw new FormatException("no such address");
}
