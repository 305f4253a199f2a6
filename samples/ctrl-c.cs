// Shows the shortest program that Ctrl+C stops well: it leaves its loop, cleans up, and exits with 0.
// Run: dotnet run samples/ctrl-c.cs, then press Ctrl+C
#:project ../src/StopKit/StopKit.csproj
using StopKit;

return StopApp.Run(stop =>
{
    do
        Console.WriteLine("working");
    while (!stop.Wait(TimeSpan.FromSeconds(1)));
    Console.WriteLine($"Execution stopped: {stop.Reason}.");
});
