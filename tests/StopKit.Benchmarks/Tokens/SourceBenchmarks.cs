using BenchmarkDotNet.Attributes;

namespace StopKit.Benchmarks;

/// <summary>The life of a source that nothing hangs on.</summary>
public class SourceBenchmarks
{
    [Benchmark]
    [Row("new source, dispose", nameof(TokenNewDispose), "`CancellationTokenSource`", "≤ 1.25; bytes ≤ 1.5x")]
    public void StopNewDispose()
    {
        using var source = new StopSource();
    }

    [Benchmark]
    public void TokenNewDispose()
    {
        using var source = new CancellationTokenSource();
    }

    [Benchmark]
    [Row("new source, request, dispose", nameof(TokenNewRequest), "`CancellationTokenSource`", "≤ 1.25; bytes ≤ 1.5x")]
    public void StopNewRequest()
    {
        using var source = new StopSource();
        source.RequestStop();
    }

    [Benchmark]
    public void TokenNewRequest()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
    }
}
