using System.Diagnostics;
using BenchmarkDotNet.Attributes;

namespace StopKit.Benchmarks;

/// <summary>A request that finds callbacks. Only the request is timed, at sources that were made before.</summary>
[WarmupCount(50)]
[IterationCount(61)]
public class RequestBenchmarks
{
    private const int AllCallbacks = 4000;

    private readonly List<StopSource> _stops = [];
    private readonly List<CancellationTokenSource> _cancellations = [];
    private int _calls;

    [Params(1, 10, 1000)]
    public int Callbacks { get; set; }

    // There are too few requests in the benchmark's own warm-up for ours to be compiled for speed, as the platform's is from the start.
    [GlobalSetup]
    public void WarmUp()
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(1);)
        {
            SetUp();
            Stop();
            Cancel();
        }
    }

    [IterationSetup]
    public void SetUp()
    {
        _stops.Clear();
        _cancellations.Clear();
        for (var made = 0; made < AllCallbacks; made += Callbacks)
        {
            var stop = new StopSource();
            var cancellation = new CancellationTokenSource();
            for (var i = 0; i < Callbacks; i++)
            {
                stop.Token.OnStop(static (self, _) => ((RequestBenchmarks)self!)._calls++, this);
                cancellation.Token.UnsafeRegister(static self => ((RequestBenchmarks)self!)._calls++, this);
            }

            _stops.Add(stop);
            _cancellations.Add(cancellation);
        }
    }

    [Benchmark(OperationsPerInvoke = AllCallbacks)]
    [Row("request, callbacks run: {0}; per callback", nameof(Cancel), "`Cancel`", "≤ 1.0")]
    public int Stop()
    {
        foreach (var stop in _stops)
            stop.RequestStop();
        return _calls;
    }

    [Benchmark(OperationsPerInvoke = AllCallbacks)]
    public int Cancel()
    {
        foreach (var cancellation in _cancellations)
            cancellation.Cancel();
        return _calls;
    }
}
