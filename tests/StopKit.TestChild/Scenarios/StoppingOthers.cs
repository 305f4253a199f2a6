using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>Stops other processes, from where a test itself cannot be.</summary>
internal static class StoppingOthers
{
    /// <summary>Stops the process that has started this one, and so an ancestor of its own and of its own child.</summary>
    public static async Task<int> ParentAsync()
    {
        using var child = Process.Start("sleep", "600");
        var parent = ProcessEntry.Read(Environment.ProcessId)!.ParentId;

        var result = await ProcessStop.StopByIdAsync(parent, new ProcessStopOptions { Grace = TimeSpan.FromMilliseconds(100) });

        Console.WriteLine($"{result.Outcome}, {result.KilledDescendants.Count} descendant killed, own child runs: {!child.HasExited}");
        child.Kill();
        return 0;
    }

    /// <summary>Tries to stop a process that it may not signal, in every way there is.</summary>
    public static async Task<int> StrangerAsync(int id, string name)
    {
        var byId = await ProcessStop.StopByIdAsync(id);
        Console.WriteLine($"by id: {byId.Outcome}, {byId.IsConfirmed}");
        using var process = Process.GetProcessById(id);
        var asObject = await process.StopAsync();
        Console.WriteLine($"as an object: {asObject.Outcome}, {asObject.IsConfirmed}");
        Console.WriteLine($"by name: {(await ProcessStop.StopByNameAsync(name)).Count} results");
        return 0;
    }

    /// <summary>Stops many children that ignore the request, and counts what that leaves behind.</summary>
    public static async Task<int> ManyAsync(int count)
    {
        var options = new ProcessStopOptions { Grace = TimeSpan.FromMilliseconds(500) };
        Console.WriteLine("ready");
        using (var first = Process.Start("sleep", "600")) // so that all is loaded and opened that stays so
            await first.StopAsync(options);
        var files = Files();
        var children = Enumerable.Range(0, count).Select(_ => Process.Start("env", ["--ignore-signal=TERM", "sleep", "600"])).ToList();
        SpinWait.SpinUntil(() => children.TrueForAll(child => ProcessEntry.Read(child.Id)!.Name() == "sleep"));

        var watch = Stopwatch.StartNew();
        var results = await Task.WhenAll(children.Select(child => child.StopAsync(options)));
        var elapsed = watch.Elapsed;
        children.ForEach(child => child.Dispose());

        Console.WriteLine($"killed: {results.Count(result => result is { Outcome: ProcessStopOutcome.Killed, Signal: 9 })}");
        Console.WriteLine($"in one grace: {elapsed < options.Grace * count / 2}");
        Console.WriteLine($"files are back: {SpinWait.SpinUntil(() => Files() <= files, TimeSpan.FromSeconds(30))}");
        Console.WriteLine($"zombies: {results.Count(result => ProcessEntry.Read(result.ProcessId)?.ParentId == Environment.ProcessId)}");
        return 0;
    }

    // Assemblies are loaded at any time.
    private static int Files() =>
        Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == false);
}
