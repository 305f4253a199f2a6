using System.Diagnostics;
using System.Globalization;
using StopKit.Schedules;

if (args.Length is < 2 or > 3 || !double.TryParse(args[1], CultureInfo.InvariantCulture, out var minutes) || (args[0] != "all" && Area.All.All(area => area.Name != args[0])))
{
    Console.Error.WriteLine($"Usage: <all|{string.Join('|', Area.All.Select(static area => area.Name))}> <minutes> [seed of a schedule]");
    return 2;
}

// The size of the thread pool is the process's, so this area has a process of its own.
const string InOwnProcess = "STOPKIT_SCHEDULES_POOL";
if (args[0] == "all" || (args[0] == "pool" && Environment.GetEnvironmentVariable(InOwnProcess) is null))
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { Environment = { [InOwnProcess] = "1" } };
    foreach (var argument in Environment.GetCommandLineArgs().Take(1).Where(static path => path.EndsWith(".dll", StringComparison.Ordinal) && !IsOwnHost()).Concat(args.Skip(1).Prepend("pool")))
        start.ArgumentList.Add(argument);
    using var process = Process.Start(start)!;
    process.WaitForExit();
    if (args[0] == "pool" || process.ExitCode != 0)
        return process.ExitCode;
}
else if (args[0] == "pool")
{
    ThreadPool.SetMinThreads(2, 2);
    ThreadPool.SetMaxThreads(2, 2);
}

// What the library lets escape on a thread of its own ends this process; say which schedules ran.
AppDomain.CurrentDomain.UnhandledException += static (_, e) => Console.Error.WriteLine($"CRASH: {e.ExceptionObject}\nwhile these ran:\n{Hunt.NowRunning}");
var unobserved = 0;
TaskScheduler.UnobservedTaskException += (_, e) =>
{
    if (Interlocked.Increment(ref unobserved) <= 3)
        Console.Error.WriteLine($"UNOBSERVED: {e.Exception}\nwhile or before these ran:\n{Hunt.NowRunning}");
};

var isWell = true;
foreach (var area in Area.All.Where(area => args[0] == "all" ? area.Name != "pool" : area.Name == args[0]))
    isWell &= Hunt.Run(area, Console.Out, TimeSpan.FromMinutes(minutes), replay: args.Length > 2 ? args[2] : null);
GC.Collect();
GC.WaitForPendingFinalizers();
return isWell && unobserved == 0 ? 0 : 1;

// "dotnet x.dll" needs the path of the dll again; an executable of our own does not.
static bool IsOwnHost() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet";
