using BenchmarkDotNet.Attributes;

namespace StopKit.Benchmarks;

/// <summary>Scopes below others: their making.</summary>
public class LinkBenchmarks : IDisposable
{
    private const int Depth = 1000;

    private readonly StopSource _stop = new();
    private readonly CancellationTokenSource _cancellation = new();

    [Benchmark]
    [Row("child link, dispose", nameof(TokenLink), "`CreateLinkedTokenSource`", "≤ 1.25")]
    public void StopLink()
    {
        using var child = StopSource.LinkedTo(_stop.Token);
    }

    [Benchmark]
    public void TokenLink()
    {
        using var child = CancellationTokenSource.CreateLinkedTokenSource(_cancellation.Token);
    }

    [Benchmark(OperationsPerInvoke = Depth)]
    [Row("chain of 1 000 scopes built, per scope", nameof(TokenChain), "`CreateLinkedTokenSource`", "≤ 1.25")]
    public StopSource StopChain() => Scopes.StopChain(Depth);

    [Benchmark(OperationsPerInvoke = Depth)]
    public CancellationTokenSource TokenChain() => Scopes.TokenChain(Depth);

    [GlobalCleanup]
    public void Dispose()
    {
        _stop.Dispose();
        _cancellation.Dispose();
    }
}
