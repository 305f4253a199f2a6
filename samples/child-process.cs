// A child process as a worker: it is started, stopped after 3 s with all that it started itself, and joined.
// Run: dotnet run samples/child-process.cs
#:project ../src/StopKit/StopKit.csproj
using System.Diagnostics;
using StopKit;

// The child has a child of its own, says that it works, and ends in its own way when it is asked to.
const string Script = "sleep 600 & trap 'echo putting away; exit 5' TERM; while :; do echo working; sleep 0.5; done";

using var child = new ProcessWorker(new ProcessStartInfo("sh", ["-c", Script]), "child", new ProcessWorkerOptions
{
    OutputLine = line => Console.WriteLine($"child: {line}"),
    EndWithParent = OperatingSystem.IsLinux(), // also if this program is killed
});
child.Start();

if (!child.TryJoin(TimeSpan.FromSeconds(3), out _))
    child.RequestStop("3 s are over", grace: TimeSpan.FromSeconds(5)); // after the grace its whole tree is killed
var result = child.Join();

Console.WriteLine($"{result.Outcome} with exit code {result.ExitCode} ({result.Reason})");
Console.WriteLine($"process {child.ProcessId} is gone: {!IsRunning(child.ProcessId!.Value)}");

static bool IsRunning(int id)
{
    try
    {
        using var process = Process.GetProcessById(id);
        return !process.HasExited;
    }
    catch (ArgumentException)
    {
        return false;
    }
}
