using System.Diagnostics;
using BenchmarkDotNet.Attributes;

namespace StopKit.Benchmarks;

/// <summary>A stop on its way down. Only the request is timed, at trees that were made before.</summary>
[WarmupCount(50)]
[IterationCount(61)]
public class TreeBenchmarks
{
    private const int PerTree = 1000;
    private const int Trees = 4;

    private StopSource[] _stops = [];
    private CancellationTokenSource[] _cancellations = [];

    // There are too few requests in the benchmark's own warm-up for ours to be compiled for speed, as the platform's is from the start.
    [GlobalSetup]
    public void WarmUp()
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(1);)
        {
            MakeChildren();
            Stop();
            Cancel();
            MakeChains();
            Stop();
            Cancel();
        }
    }

    [IterationSetup(Targets = [nameof(StopChildren), nameof(CancelChildren)])]
    public void MakeChildren()
    {
        _stops = [.. Enumerable.Range(0, Trees).Select(static _ => Scopes.StopParent(PerTree))];
        _cancellations = [.. Enumerable.Range(0, Trees).Select(static _ => Scopes.TokenParent(PerTree))];
    }

    [IterationSetup(Targets = [nameof(StopChain), nameof(CancelChain)])]
    public void MakeChains()
    {
        _stops = [.. Enumerable.Range(0, Trees).Select(static _ => Scopes.StopChain(PerTree))];
        _cancellations = [.. Enumerable.Range(0, Trees).Select(static _ => Scopes.TokenChain(PerTree))];
    }

    [Benchmark(OperationsPerInvoke = Trees * PerTree)]
    [Row("1 000 children stopped, per child", nameof(CancelChildren), "`CreateLinkedTokenSource`", "≤ 1.25")]
    public void StopChildren() => Stop();

    [Benchmark(OperationsPerInvoke = Trees * PerTree)]
    public void CancelChildren() => Cancel();

    [Benchmark(OperationsPerInvoke = Trees * PerTree)]
    [Row("chain of 1 000 scopes stopped, per scope", nameof(CancelChain), "`CreateLinkedTokenSource`", "≤ 1.25")]
    public void StopChain() => Stop();

    [Benchmark(OperationsPerInvoke = Trees * PerTree)]
    public void CancelChain() => Cancel();

    private void Stop()
    {
        foreach (var stop in _stops)
            stop.RequestStop();
    }

    private void Cancel()
    {
        foreach (var cancellation in _cancellations)
            cancellation.Cancel();
    }
}
