// Stops other processes, by id, as an object and by name: each is asked, has a grace, and is killed with its children if it ignores that.
// Run: dotnet run samples/stop-another-process.cs
#:project ../src/StopKit/StopKit.csproj
using System.Diagnostics;
using StopKit;

// The victims are shells under a name that no other process has.
var folder = Directory.CreateTempSubdirectory("stopkit-").FullName;
var shell = File.CreateSymbolicLink(Path.Combine(folder, $"victim-{Environment.ProcessId}"), "/bin/sh").FullName;
const string Wait = "echo ready; read line"; // for a line that never comes

try
{
    using var polite = Start($"trap 'exit 3' TERM; {Wait}");
    await StopAsync(polite.Id);

    using var stubborn = Start($"trap '' TERM; sleep 600 & {Wait}");
    var result = await stubborn.StopAsync(new ProcessStopOptions { Grace = TimeSpan.FromSeconds(0.5) });
    Console.WriteLine(Told(result));
    Console.WriteLine($"confirmed: {result.IsConfirmed}, with its child: {result.KilledDescendants.Count > 0}");

    using var one = Start(Wait);
    using var two = Start(Wait);
    foreach (var each in await ProcessStop.StopByNameAsync(Path.GetFileName(shell)))
        Console.WriteLine(Told(each));

    Console.WriteLine((await one.StopAsync()).Outcome); // once more is no mistake
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Asks it, gives it 5 s, and then kills it with all that it has started.
static async Task StopAsync(int id)
{
    var result = await ProcessStop.StopByIdAsync(id, new ProcessStopOptions { Grace = TimeSpan.FromSeconds(5) });
    Console.WriteLine(Told(result));
}

static string Told(ProcessStopResult result) => $"{result.Outcome}, code {result.ExitCode}, signal {result.Signal?.ToString() ?? "none"}: {result}";

Process Start(string script)
{
    var process = Process.Start(new ProcessStartInfo(shell, ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    process.StandardOutput.ReadLine(); // it listens now
    return process;
}
