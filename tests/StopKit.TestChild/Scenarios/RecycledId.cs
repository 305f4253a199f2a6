using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>Gives the id of a process that is being stopped to another one; for a namespace where ids can be chosen.</summary>
internal static class RecycledId
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync()
    {
        // A thread of this process may be given the id instead, and keep it: then once more, with another id.
        while (!await TryAsync())
            Console.Error.WriteLine("once more");
        return 0;
    }

    private static async Task<bool> TryAsync()
    {
        // The signal ends its first wait and the end of the descendant the second; from then on it takes no ids.
        using var root = Start("sh", "-c", "trap 'echo asked' TERM; sleep 600 & echo $!; wait; wait; read line");
        var id = int.Parse(root.StandardOutput.ReadLine()!);
        using var byPidfd = LinuxProcess.Open(id)!;
        using var byStartTime = LinuxProcess.Open(id, usePidfd: false)!;
        using var cancellation = new CancellationTokenSource();
        var stop = root.StopAsync(new ProcessStopOptions { Grace = Timeout.InfiniteTimeSpan }, cancellation.Token);
        var asked = root.StandardOutput.ReadLineAsync();
        await Task.WhenAny(asked, Task.Delay(Limit, TimeProvider.System)); // by now the stop has taken hold of the descendant too

        byPidfd.Kill();
        using var stranger = asked.IsCompleted && SpinWait.SpinUntil(() => ProcessEntry.Read(id) is null, Limit) ? Recycle(id) : null;
        if (stranger is null)
        {
            await cancellation.CancelAsync();
            await stop;
            return false;
        }

        Console.WriteLine("the id was given to a stranger");

        Console.WriteLine($"through a pidfd: {byPidfd.Send(SigTerm)}");
        Console.WriteLine($"by start time: {byStartTime.Send(SigTerm)}");
        await cancellation.CancelAsync();
        var result = await stop;
        Console.WriteLine($"stopped: {result.Outcome}, the stranger was killed: {result.KilledDescendants.Contains(id)}, runs: {!stranger.HasExited}");
        stranger.Kill();
        return true;
    }

    private const int SigTerm = 15;

    private static Process? Recycle(int id)
    {
        while (!Directory.Exists($"/proc/self/task/{id}"))
        {
            File.WriteAllText("/proc/sys/kernel/ns_last_pid", $"{id - 1}");
            var next = Start("sleep", "600");
            if (next.Id == id)
                return next;
            // A thread of this process was faster.
            next.Kill();
            next.Dispose();
        }

        return null;
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
