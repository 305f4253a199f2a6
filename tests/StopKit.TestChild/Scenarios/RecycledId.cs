using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>Gives the id of a process that is being stopped to another one; for a namespace where ids can be chosen.</summary>
internal static class RecycledId
{
    public static async Task<int> RunAsync()
    {
        // The signal ends its first wait and the end of the descendant the second; from then on it takes no ids.
        using var root = Start("sh", "-c", "trap 'echo asked' TERM; sleep 600 & echo $!; wait; wait; read line");
        var id = int.Parse(root.StandardOutput.ReadLine()!);
        using var byPidfd = LinuxProcess.Open(id)!;
        using var byStartTime = LinuxProcess.Open(id, usePidfd: false)!;
        using var cancellation = new CancellationTokenSource();
        var stop = root.StopAsync(new ProcessStopOptions { Grace = Timeout.InfiniteTimeSpan }, cancellation.Token);
        root.StandardOutput.ReadLine(); // by now the stop has taken hold of the descendant too

        byPidfd.Kill();
        SpinWait.SpinUntil(() => ProcessEntry.Read(id) is null);
        using var stranger = Recycle(id);
        Console.WriteLine("the id was given to a stranger");

        Console.WriteLine($"through a pidfd: {byPidfd.Send(SigTerm)}");
        Console.WriteLine($"by start time: {byStartTime.Send(SigTerm)}");
        await cancellation.CancelAsync();
        var result = await stop;
        Console.WriteLine($"stopped: {result.Outcome}, the stranger was killed: {result.KilledDescendants.Contains(id)}, runs: {!stranger.HasExited}");
        stranger.Kill();
        return 0;
    }

    private const int SigTerm = 15;

    private static Process Recycle(int id)
    {
        while (true)
        {
            File.WriteAllText("/proc/sys/kernel/ns_last_pid", $"{id - 1}");
            var next = Start("sleep", "600");
            if (next.Id == id)
                return next;
            // A thread of this process was faster.
            next.Kill();
            next.Dispose();
        }
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
