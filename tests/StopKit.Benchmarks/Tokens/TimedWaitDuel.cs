namespace StopKit.Benchmarks;

/// <summary>What short waits cost when very many threads wait for one thing at once and nothing comes.</summary>
internal sealed class TimedWaitDuel() : Duel(("`Wait(1 ms)` not stopped, 2 000 threads at once: CPU per wait", "≤ 1.0"))
{
    private const int Threads = 2000;
    private const int Waits = 10;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(1);

    internal override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("StopKit", static () =>
        {
            using var stop = new StopSource();
            var token = stop.Token;
            return Run(() => token.Wait(Timeout));
        }),
        new("`CancellationToken.WaitHandle.WaitOne(1 ms)`", static () =>
        {
            using var cancellation = new CancellationTokenSource();
            var handle = cancellation.Token.WaitHandle;
            return Run(() => handle.WaitOne(Timeout));
        }),
    ];

    private static Measurement[] Run(Func<bool> wait)
    {
        using var begin = new ManualResetEventSlim();
        using var ready = new CountdownEvent(Threads);
        using var ended = new CountdownEvent(Threads);
        using var leave = new ManualResetEventSlim();
        var threads = ThreadCrowd.Start(Threads, () =>
        {
            wait(); // what a thread makes for its first wait is not the price of a wait
            ready.Signal();
            begin.Wait();
            for (var i = 0; i < Waits; i++)
                wait();
            ended.Signal();
            leave.Wait();
        });
        ready.Wait();
        var before = Environment.CpuUsage.TotalTime;
        begin.Set();
        ended.Wait();
        var used = Environment.CpuUsage.TotalTime - before;
        leave.Set();
        foreach (var thread in threads)
            thread.Join();
        return [new(used.TotalNanoseconds / (Threads * Waits))];
    }
}
