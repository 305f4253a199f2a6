using System.Collections.Concurrent;
using Xunit.Abstractions;

namespace StopKit.Tests.Workers;

/// <summary>Whatever ends a queue worker, and whenever: each accepted item was handled or is handed back, once and in order.</summary>
[Collection(Alone.Name)]
public sealed class QueueWorkerRaces(ITestOutputHelper output)
{
    private const int Producers = 8;
    private const int MostItems = 12; // of each producer
    private const int Rounds = 5_000; // ten threads each, which take turns on few cores

    private const int ParallelRounds = 3_000; // of each parallelism

    private readonly record struct Item(int Producer, int Number);

    private readonly List<Item>[] _accepted = [.. Enumerable.Range(0, Producers).Select(_ => new List<Item>())];
    private readonly List<Item> _handled = [];
    private readonly Dictionary<WorkerOutcome, int> _outcomes = [];
    private readonly ConcurrentQueue<Item> _settled = []; // handled or skipped
    private int _skipped;
    private int _decisions;
    private QueueWorker<Item> _worker = QueueWorker<Item>.Start("none", (_, _) => Task.CompletedTask);
    private int _roundsWithUnhandled;
    private int _failAt;
    private int _ending;
    private int _pause;

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task Nothing_is_lost_when_eight_producers_meet_a_stop()
    {
        var seed = Race.Seed();
        var random = new Random(seed);
        output.WriteLine($"Seed of the rounds: {seed}");

        await Race.Run(
            output,
            prepare: () => Prepare(random),
            [.. Race.Times(Producers, Produce), End],
            Check,
            Rounds);

        output.WriteLine(string.Join(", ", _outcomes.Select(outcome => $"{outcome.Key}: {outcome.Value}")) + $"; handed back in {_roundsWithUnhandled} rounds");
        _outcomes.Keys.Should().Contain([WorkerOutcome.Completed, WorkerOutcome.Stopped, WorkerOutcome.Aborted, WorkerOutcome.Faulted]);
        _roundsWithUnhandled.Should().BePositive();
    }

    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public async Task Each_accepted_item_is_handled_skipped_or_handed_back_once_whatever_ends_the_queue(int parallelism)
    {
        var seed = Race.Seed();
        var random = new Random(seed);
        output.WriteLine($"Seed of the rounds: {seed}");
        var skipped = 0L;

        await Race.Run(
            output,
            prepare: () => PrepareParallel(random, parallelism),
            [.. Race.Times(Producers, Produce), End],
            () =>
            {
                CheckParallel(isInOrder: parallelism == 1);
                skipped += _skipped;
            },
            ParallelRounds);

        output.WriteLine(string.Join(", ", _outcomes.Select(outcome => $"{outcome.Key}: {outcome.Value}"))
            + $"; skipped {skipped}; handed back in {_roundsWithUnhandled} rounds");
        _outcomes.Keys.Should().Contain([WorkerOutcome.Completed, WorkerOutcome.Stopped, WorkerOutcome.Aborted, WorkerOutcome.Faulted]);
        _roundsWithUnhandled.Should().BePositive();
        skipped.Should().BePositive();
    }

    private void PrepareParallel(Random random, int parallelism)
    {
        foreach (var accepted in _accepted)
            accepted.Clear();
        _settled.Clear();
        (_skipped, _decisions) = (0, 0);
        _ending = random.Next(7);
        _failAt = _ending == 6 ? random.Next(12) : int.MaxValue;
        _pause = random.Next(4_000);
        _worker = Worker.ForEach<Item>("raced", HandleParallelAsync, new()
        {
            Capacity = random.Next(1, 6),
            Parallelism = parallelism,
            ItemFailed = Decide,
            RetriesAtStop = random.Next(2) == 0,
        });
        _worker.Start();
    }

    private async Task HandleParallelAsync(Item item, StopToken stop)
    {
        if (item.Number % 3 == 0)
            await Task.Yield();
        if (item.Number % 4 == 1)
            stop.ThrowIfStopRequested();
        // One in five fails the first time, or each time.
        if (item.Number % 5 == 2)
            throw new InvalidOperationException("broken");
        _settled.Enqueue(item);
    }

    private ItemDecision Decide(Item item, Exception exception, int attempt)
    {
        if (Interlocked.Increment(ref _decisions) > _failAt)
            return ItemDecision.Stop;
        if (attempt < 3 && item.Producer % 2 == 0)
            return ItemDecision.Retry(TimeSpan.FromMilliseconds(item.Number == 7 && attempt == 1 ? 1 : 0));
        // A callback keeps what it skips.
        _settled.Enqueue(item);
        Interlocked.Increment(ref _skipped);
        return ItemDecision.Skip;
    }

    private void CheckParallel(bool isInOrder)
    {
        Assert.True(_worker.Completion.Wait(Patience.Limit), "never ended");
        var outcome = _worker.Completion.Result.Outcome;
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        var unhandled = _worker.TakeUnhandled();
        if (unhandled.Count > 0)
            _roundsWithUnhandled++;
        Assert.Equal(_skipped, _worker.SkippedCount);
        Assert.Empty(_worker.TakeUnhandled());
        var all = _settled.Concat(unhandled).ToLookup(item => item.Producer);
        for (var producer = 0; producer < Producers; producer++)
        {
            Assert.True(
                all[producer].OrderBy(item => item.Number).SequenceEqual(_accepted[producer]),
                $"{outcome}, ending {_ending}: of producer {producer} accepted {Text(_accepted[producer])}, settled or handed back {Text(all[producer])}");
            Assert.True(IsInOrder(unhandled, producer), $"handed back out of order: {Text(unhandled)}");
            Assert.True(!isInOrder || IsInOrder(_settled, producer), $"settled out of order: {Text(_settled)}");
        }

        Assert.False(_worker.TryPost(default));
        Assert.Equal(0, _worker.Count);
    }

    private void Prepare(Random random)
    {
        foreach (var accepted in _accepted)
            accepted.Clear();
        _handled.Clear();
        _ending = random.Next(7);
        _failAt = _ending == 6 ? random.Next(40) : int.MaxValue;
        _pause = random.Next(4_000);
        _worker = QueueWorker<Item>.Start("raced", HandleAsync, capacity: random.Next(1, 6));
    }

    private async Task HandleAsync(Item item, StopToken stop)
    {
        if (item.Number % 3 == 0)
            await Task.Yield();
        if (_handled.Count == _failAt)
            throw new InvalidOperationException("broken");
        if (item.Number % 4 == 1)
            stop.ThrowIfStopRequested();
        _handled.Add(item);
    }

    private void Produce(int producer)
    {
        for (var number = 0; number < MostItems; number++)
        {
            var item = new Item(producer, number);
            if (!_worker.TryPost(item) && !_worker.PostAsync(item).AsTask().GetAwaiter().GetResult())
                return;
            _accepted[producer].Add(item);
        }
    }

    private void End()
    {
        Thread.SpinWait(_pause);
        switch (_ending)
        {
            case 0:
                _worker.RequestStop();
                break;
            case 1:
                _worker.RequestAbort();
                _ = _worker.Unhandled; // takes back what waits, while the handler may have an item in hand
                break;
            case 2:
                _worker.RequestStop();
                Thread.SpinWait(_pause);
                _worker.RequestAbort();
                break;
            case 3:
                _worker.Complete();
                break;
            case 4:
                _worker.Complete();
                Thread.SpinWait(_pause);
                _worker.RequestAbort();
                break;
            case 5:
                _worker.Stop(TimeSpan.Zero);
                break;
            default:
                // The handler fails, if it comes to that.
                Thread.SpinWait(_pause);
                _worker.RequestStop();
                break;
        }
    }

    private void Check()
    {
        Assert.True(_worker.Completion.Wait(Patience.Limit), "never ended");
        var outcome = _worker.Completion.Result.Outcome;
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        var unhandled = _worker.Unhandled;
        if (unhandled.Count > 0)
            _roundsWithUnhandled++;
        var all = _handled.Concat(unhandled).ToLookup(item => item.Producer);
        for (var producer = 0; producer < Producers; producer++)
        {
            Assert.True(
                all[producer].SequenceEqual(_accepted[producer]),
                $"{outcome}, ending {_ending}: of producer {producer} accepted {Text(_accepted[producer])}, handled or handed back {Text(all[producer])}");
        }

        Assert.False(_worker.TryPost(default));
        Assert.Equal(0, _worker.Count);
    }

    private static bool IsInOrder(IEnumerable<Item> items, int producer)
    {
        var numbers = items.Where(item => item.Producer == producer).Select(item => item.Number).ToList();
        return numbers.SequenceEqual(numbers.Order());
    }

    private static string Text(IEnumerable<Item> items) => string.Join(' ', items.Select(item => item.Number));
}
