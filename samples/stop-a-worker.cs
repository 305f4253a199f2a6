// Shows the least that stops a worker well: ask it, say why, give it time, read how it ended.
// Run: dotnet run samples/stop-a-worker.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var poller = ThreadWorker.Start("poller", stop =>
{
    do
        Console.WriteLine("polling");
    while (!stop.Wait(TimeSpan.FromSeconds(1)));
    Console.WriteLine("everything is put away");
});

poller.RequestStop("that is enough", grace: TimeSpan.FromSeconds(5));
Console.WriteLine(poller.Join());
