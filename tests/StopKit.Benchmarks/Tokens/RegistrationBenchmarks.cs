using BenchmarkDotNet.Attributes;

namespace StopKit.Benchmarks;

/// <summary>Callbacks: registering, unregistering, and running them.</summary>
public class RegistrationBenchmarks : IDisposable
{
    private readonly StopSource _stop = new();
    private readonly CancellationTokenSource _cancellation = new();

    [Benchmark]
    [Row("register, unregister", nameof(TokenRegister), "`UnsafeRegister`, `Unregister`", "≤ 1.1; 0 B")]
    public bool StopRegister() => _stop.Token.OnStop(static (_, _) => { }, this).Unregister();

    [Benchmark]
    public bool TokenRegister() => _cancellation.Token.UnsafeRegister(static _ => { }, this).Unregister();

    [GlobalCleanup]
    public void Dispose()
    {
        _stop.Dispose();
        _cancellation.Dispose();
    }
}
