// Shows a cleanup at SIGTERM, as systemd, Docker and Kubernetes send it: exit code 0, or 143 with the option.
// Run: dotnet run samples/sigterm.cs, or dotnet run samples/sigterm.cs -- --signal-exit-codes, then: kill PID
#:project ../src/StopKit/StopKit.csproj
using StopKit;

var options = new ShutdownOptions
{
    SignalExitCodes = args.Contains("--signal-exit-codes"),
    Grace = TimeSpan.FromSeconds(8), // below the 10 s that Docker waits before it kills
};

return StopApp.Run(
    stop =>
    {
        try
        {
            Console.WriteLine($"serving, my PID is {Environment.ProcessId}");
            stop.Wait();
        }
        finally
        {
            Console.WriteLine($"{stop.Reason}: cleaned up");
        }
    },
    options);
