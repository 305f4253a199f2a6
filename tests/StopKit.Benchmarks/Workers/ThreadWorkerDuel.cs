using System.Diagnostics;

namespace StopKit.Benchmarks;

/// <summary>A thread that does nothing, from start to join.</summary>
internal sealed class ThreadWorkerDuel() : Duel(("`ThreadWorker` start, join", "≤ 1.03"))
{
    private const int Workers = 1000;

    internal override int Rounds => 15;

    internal override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("StopKit", static () => Run(static () =>
        {
            var worker = ThreadWorker.Start("worker", static _ => { });
            worker.Join();
        })),
        new("`Thread`", static () => Run(static () =>
        {
            var thread = new Thread(static _ => { }) { Name = "worker" };
            thread.Start();
            thread.Join();
        })),
    ];

    private static Measurement[] Run(Action startAndJoin)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Workers; i++)
            startAndJoin();
        var elapsed = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return [new(elapsed.TotalNanoseconds / Workers, bytes / Workers)];
    }
}
