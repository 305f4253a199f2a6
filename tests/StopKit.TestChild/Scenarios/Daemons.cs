using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>Workers whose processes start daemons that leave the tree and clean their environment.</summary>
internal static class Daemons
{
    // Two forks, a session of its own, no environment, and none of the files.
    private const string Daemon = "setsid env -i sh -c 'sleep 600 </dev/null >/dev/null 2>&1 & echo $!'";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static int Run(string form) => form == "short-lived" ? RunShortLived() : Run(endsItself: form == "ends-itself");

    private static int Run(bool endsItself)
    {
        var (first, firstDaemon) = Start($"{Daemon}; {(endsItself ? "read line; exit 0" : "exec sleep 600")}");
        var (second, secondDaemon) = Start($"{Daemon}; exec sleep 600");
        // Started by other code: it is not ours, and neither is what it leaves behind.
        using var other = Process.Start(new ProcessStartInfo("sh", ["-c", $"{Daemon}; exit 7"]) { RedirectStandardOutput = true })!;
        var otherDaemon = int.Parse(other.StandardOutput.ReadLine()!);

        if (endsItself)
            first.StandardInput!.Close();
        else
            first.RequestStop();
        if (!first.TryJoin(Limit, out _))
            return 3;
        Console.WriteLine($"first daemon runs: {Runs(firstDaemon)}, and is reaped: {ProcessEntry.Read(firstDaemon) is null}");
        Console.WriteLine($"second daemon runs: {Runs(secondDaemon)}");
        Console.WriteLine($"a daemon of another child runs: {Runs(otherDaemon)}");
        second.Stop();
        Console.WriteLine($"after its worker: {Runs(secondDaemon)}");
        other.WaitForExit();
        Console.WriteLine($"exit code of another child: {other.ExitCode}");
        Process.GetProcessById(otherDaemon).Kill();
        Console.WriteLine($"subreaper: {ProcessNativeMethods.IsSubreaper()}");
        return 0;
    }

    private static int RunShortLived()
    {
        var (worker, _) = Start("for i in 1 2 3 4 5 6 7 8 9; do (sh -c : &); done; echo 0; exec sleep 600");
        var hasNone = SpinWait.SpinUntil(() => Zombies() == 0, Limit);
        Console.WriteLine($"zombies: {(hasNone ? 0 : Zombies())}");
        worker.Stop();
        return 0;
    }

    /// <summary>Runs nginx as a daemon below a shell, and stops that.</summary>
    public static int RunNginx(string containment, string folder)
    {
        var (worker, nginx) = Start(
            $"PATH=$PATH:/usr/sbin; nginx -c {folder}/nginx.conf -e {folder}/log || exit; while ! [ -s {folder}/pid ]; do sleep 0.01; done; cat {folder}/pid; exec sleep 600",
            Enum.Parse<ProcessContainment>(containment));
        SpinWait.SpinUntil(() => Members(nginx) == 2, Limit);
        worker.Stop();
        Console.WriteLine($"nginx runs: {Runs(nginx)}, processes of it: {Members(nginx)}");
        if (Runs(nginx))
            Process.GetProcessById(nginx).StopAsync().Wait();
        return 0;
    }

    private static int Members(int id) => ProcessTable.Read().Entries.Count(entry => (entry.Id == id || entry.ParentId == id) && entry.Name() == "nginx");

    private static (ProcessWorker Worker, int Daemon) Start(string script, ProcessContainment containment = ProcessContainment.Subreaper)
    {
        var daemon = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = new ProcessWorker(
            new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardInput = true },
            options: new ProcessWorkerOptions
            {
                Containment = containment,
                ErrorLine = Console.Error.WriteLine,
                OutputLine = line => daemon.TrySetResult(int.Parse(line)),
                Worker = new WorkerOptions { AbortPeriod = Limit },
            });
        worker.Start();
        return (worker, daemon.Task.Result);
    }

    private static int Zombies() => ProcessTable.Read().Entries.Count(entry => entry.HasEnded && entry.ParentId == Environment.ProcessId);

    private static bool Runs(int id) => ProcessEntry.Read(id) is { HasEnded: false };
}
