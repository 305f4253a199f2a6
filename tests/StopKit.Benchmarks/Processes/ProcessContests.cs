using System.Diagnostics;
using CliWrap;

namespace StopKit.Benchmarks;

/// <summary>Stops of child processes: from the request until the end is confirmed.</summary>
internal static class ProcessContests
{
    private const string Sh = "/bin/sh";

    // Each prints a line when its handlers are set and its own child runs.
    private const string Willing = "trap 'kill $!; exit 0' INT TERM; sleep 1000 & echo ready; wait";
    private const string Stubborn = "trap '' INT TERM; sleep 1000 & echo ready; while :; do wait; sleep 1000; done";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.5);

    internal static IEnumerable<Contest> All()
    {
        if (OperatingSystem.IsWindows())
            yield break;
        yield return new()
        {
            Works = ["child process with a child of its own, asked to stop, ends: until confirmed"],
            Rounds = 15,
            StopKit = new("StopKit", () => StopKitStops(Willing, grace: null)),
            Others = [new("CliWrap, graceful token", () => CliWrapStops(Willing, forceAfter: null))],
        };
        yield return new()
        {
            Works = ["child process that ignores the request, killed with its child after 0.5 s: until confirmed", "the same: CPU while waiting"],
            Rounds = 7,
            StopKit = new("StopKit", () => StopKitStops(Stubborn, Grace)),
            Others = [new("CliWrap, graceful and forceful token", () => CliWrapStops(Stubborn, Grace))],
        };
    }

    private static Measurement[] StopKitStops(string script, TimeSpan? grace)
    {
        using var child = Process.Start(new ProcessStartInfo(Sh, ["-c", script]) { RedirectStandardOutput = true })!;
        child.StandardOutput.ReadLine();
        return Timed(() => child.StopAsync(grace is { } limit ? new ProcessStopOptions { Grace = limit } : null).GetAwaiter().GetResult());
    }

    private static Measurement[] CliWrapStops(string script, TimeSpan? forceAfter)
    {
        using var ready = new ManualResetEventSlim();
        using var graceful = new CancellationTokenSource();
        using var forceful = new CancellationTokenSource();
        var execution = Cli.Wrap(Sh).WithArguments(["-c", script])
            .WithStandardOutputPipe(PipeTarget.ToDelegate(_ => ready.Set()))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(forceful.Token, graceful.Token);
        ready.Wait();
        return Timed(() =>
        {
            graceful.Cancel();
            if (forceAfter is { } limit)
                forceful.CancelAfter(limit);
            ((Task)execution.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        });
    }

    private static Measurement[] Timed(Action stop)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        stop();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return [new(elapsed.TotalNanoseconds), new((Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds)];
    }
}
