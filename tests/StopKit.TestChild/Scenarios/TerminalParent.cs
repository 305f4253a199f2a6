using System.Diagnostics;

namespace StopKit.TestChild.Scenarios;

/// <summary>A program on a terminal with a child that reads from it, and that is asked to stop only when a file is there.</summary>
internal static class TerminalParent
{
    private const string Script =
        """
        trap 'echo "[child: INT]"' INT
        trap 'echo "[child: TERM]"; exit 0' TERM
        echo "[child: ready]"
        read line
        echo "[child read: $line]"
        while :; do sleep 0.01; done
        """;

    public static int Run(string form, string file) => StopApp.Run(
        stop =>
        {
            using var child = new ProcessWorker(new ProcessStartInfo("sh", ["-c", Script]), "child", new ProcessWorkerOptions
            {
                OwnGroup = form.Contains("own-group", StringComparison.Ordinal),
                EndWithParent = form.Contains("tied", StringComparison.Ordinal),
            });
            child.Start();
            stop.Wait();
            Console.WriteLine($"[parent: {stop.Reason}]");
            SpinWait.SpinUntil(() => File.Exists(file));
            Console.WriteLine($"[child has ended: {child.Stop().Outcome}]");
        },
        new ShutdownOptions { Grace = TimeSpan.FromMinutes(2) });
}
