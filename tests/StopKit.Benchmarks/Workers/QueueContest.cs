using System.Diagnostics;
using System.Threading.Channels;

namespace StopKit.Benchmarks;

/// <summary>Items on their way through a bounded queue, from one producer to one consumer.</summary>
internal static class QueueContest
{
    private const int Items = 100_000;
    private const int Capacity = 1024;

    internal static Contest Make() => new()
    {
        Works = ["`QueueWorker<T>`, 100 000 items, per item"],
        Rounds = 25,
        StopKit = new("StopKit", static () => Run(RunWorkerAsync)),
        Others = [new("bounded `Channel<T>`", static () => Run(RunChannelAsync), 1.1)],
    };

    private static async Task RunWorkerAsync(Sum sum)
    {
        var worker = QueueWorker<int>.Start("worker", (item, _) => sum.AddAsync(item), Capacity);
        for (var item = 0; item < Items; item++)
            await worker.PostAsync(item);
        worker.Complete();
        await worker.Completion;
    }

    private static async Task RunChannelAsync(Sum sum)
    {
        var channel = Channel.CreateBounded<int>(Capacity);
        Func<int, CancellationToken, Task> handle = (item, _) => sum.AddAsync(item);
        var consumer = Task.Run(async () =>
        {
            while (await channel.Reader.WaitToReadAsync())
            {
                while (channel.Reader.TryRead(out var item))
                    await handle(item, CancellationToken.None);
            }
        });
        for (var item = 0; item < Items; item++)
            await channel.Writer.WriteAsync(item);
        channel.Writer.Complete();
        await consumer;
    }

    private static Measurement[] Run(Func<Sum, Task> run)
    {
        var sum = new Sum();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        Task.Run(() => run(sum)).Wait();
        var elapsed = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        if (sum.Value != (long)Items * (Items - 1) / 2)
            throw new InvalidOperationException("Items were lost.");
        return [new(elapsed.TotalNanoseconds / Items, bytes / Items)];
    }

    private sealed class Sum
    {
        internal long Value { get; private set; }

        internal Task AddAsync(int item)
        {
            Value += item;
            return Task.CompletedTask;
        }
    }
}
