// Workers as classes: arguments in the constructor, the work in Run or RunAsync, what must happen in any case in the cleanup.
// Run: dotnet run samples/worker-class.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var stop = new StopSource();
using var writer = new Writer("writer", Path.GetTempFileName());
await using var greeter = new Greeter("greeter", "hello", times: 3);

writer.Start(stop.Token); // both are below the same stop
greeter.Start(stop.Token);

Console.WriteLine($"{greeter.Name}: {(await greeter.Completion).Outcome}");
stop.RequestStop("everybody was greeted");
Console.WriteLine($"{writer.Name}: {writer.Join().Outcome}, it wrote {writer.Lines} lines");

/// <summary>Blocks, so it has a thread of its own.</summary>
internal sealed class Writer(string name, string path) : ThreadWorker(name)
{
    private readonly StreamWriter _file = File.CreateText(path);

    public int Lines { get; private set; }

    protected override void Run(StopToken stop)
    {
        do
        {
            _file.WriteLine("a line");
            Lines++;
        }
        while (!stop.Wait(TimeSpan.FromMilliseconds(10)));
    }

    // On the same thread, however Run ended; the token does not see the stop but tells when the time for cleaning up is over.
    protected override void CleanUp(StopToken shielded)
    {
        _file.Dispose();
        Console.WriteLine($"{Name}: the file has {File.ReadLines(path).Count()} lines");
        File.Delete(path);
    }
}

/// <summary>Waits without blocking, so the thread pool is enough.</summary>
internal sealed class Greeter(string name, string greeting, int times) : AsyncWorker(name)
{
    protected override async Task RunAsync(StopToken stop)
    {
        for (var left = times; left > 0 && !await stop.WaitAsync(TimeSpan.FromMilliseconds(50)); left--)
            Console.WriteLine($"{Name}: {greeting}");
    }

    protected override Task CleanUpAsync(StopToken shielded) => Console.Out.WriteLineAsync($"{Name}: goodbye");
}
