using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace StopKit.TestChild.Scenarios;

/// <summary>Stops a tree that ignores the request, while this program has no file descriptor left.</summary>
internal static class StopWithoutFiles
{
    // A child that has one itself, and when the root is asked a third one, which nothing has seen before.
    private const string Tree =
        "exec 2>/dev/null; trap 'sleep 600 >/dev/null & echo asked' TERM; (trap '' TERM; sleep 600 & echo ready; wait) & while :; do wait; done";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly ProcessStopOptions Endless = new() { Grace = Timeout.InfiniteTimeSpan, KillLimit = Limit };
    private static readonly List<SafeFileHandle> Files = [];

    public static int Run(string form)
    {
        Warm();
        if (form == "always-taken-before-stop")
            return RunWhileAlwaysTaken();
        using var root = Start(Tree, out var output);
        using var cut = new CancellationTokenSource();
        if (form == "before-stop")
            TakeAll();
        var seen = form == "before-stop" ? [] : Descendants(root.Id);
        var stop = root.StopAsync(Endless, cut.Token);
        if (output.ReadLine() != "asked")
            return 3;
        if (form == "during-grace")
            TakeAll();
        var taker = new Thread(TakeAlways);
        if (form == "always-taken")
        {
            taker.Start();
            SpinWait.SpinUntil(() => Volatile.Read(ref _wasFull));
        }

        cut.Cancel();
        var result = stop.Wait(Limit) ? stop.Result : throw new TimeoutException("The stop does not end.");
        Over.Set();
        if (form == "always-taken")
            taker.Join();
        Console.WriteLine(form == "always-taken"
            ? $"{result.Outcome}, confirmed: {result.IsConfirmed}, seen ones run: {seen.Count(Runs)}, told why: {result.ToString().Contains("too many open files", StringComparison.OrdinalIgnoreCase)}"
            : $"{result.Outcome}, confirmed: {result.IsConfirmed}, descendants killed: {result.KilledDescendants.Count}");
        return 0;
    }

    private static int RunWhileAlwaysTaken()
    {
        using var root = Start("exec 2>/dev/null; trap '' TERM; echo ready; while :; do sleep 0.01; done", out _);
        var taker = new Thread(TakeAlways);
        taker.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref _wasFull));

        var stop = root.StopAsync(new ProcessStopOptions { Grace = TimeSpan.FromMilliseconds(200), KillLimit = Limit });
        if (!stop.Wait(Limit))
            throw new TimeoutException("The stop does not end.");
        Over.Set();
        taker.Join();
        Console.WriteLine($"{stop.Result.Outcome}, root runs: {!root.HasExited}");
        return 0;
    }

    private static bool _wasFull;
    private static readonly ManualResetEventSlim Over = new();

    // So that all is loaded and opened that stays so: without file descriptors .NET cannot load an assembly.
    private static void Warm()
    {
        using var first = Process.Start("sleep", "600");
        first.StopAsync(Endless).Wait();
        using var second = Start("trap '' TERM; echo ready; while :; do sleep 0.01; done", out _);
        StopRun.Run(
            new PortableTarget(second, OwnedProcess.Of(second), entireTree: false, new IOException()), new ProcessStopOptions { Grace = TimeSpan.FromMilliseconds(1) }, default);
        Console.Out.Flush();
    }

    private static Process Start(string script, out StreamReader output)
    {
        var process = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true })!;
        output = process.StandardOutput;
        if (output.ReadLine() != "ready")
            throw new InvalidOperationException("It does not run.");
        return process;
    }

    private static void TakeAll()
    {
        try
        {
            while (!Over.IsSet)
                Files.Add(File.OpenHandle("/dev/null", share: FileShare.ReadWrite));
        }
        catch (IOException)
        {
            // There is none left.
        }
    }

    private static void TakeAlways()
    {
        do
        {
            TakeAll();
            Volatile.Write(ref _wasFull, true);
        }
        while (!Over.Wait(TimeSpan.FromMilliseconds(1)));

        Files.ForEach(static file => file.Dispose()); // the test looks at what is left
        Files.Clear();
    }

    private static List<int> Descendants(int id)
    {
        var children = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(static name => int.TryParse(name, out _)).Select(int.Parse!)
            .Select(ProcessEntry.Read).Where(entry => entry?.ParentId == id).Select(static entry => entry!.Id).ToList();
        return [.. children, .. children.SelectMany(Descendants)];
    }

    private static bool Runs(int id) => ProcessEntry.Read(id) is { HasEnded: false };
}
