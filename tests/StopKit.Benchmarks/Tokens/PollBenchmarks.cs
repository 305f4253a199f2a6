using BenchmarkDotNet.Attributes;

namespace StopKit.Benchmarks;

/// <summary>Polls of a token that runs.</summary>
public class PollBenchmarks : IDisposable
{
    private const int Polls = 1_000_000;

    private readonly StopSource _stop = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly SecondThread _second = new();
    private volatile bool _flag;

    [Benchmark(OperationsPerInvoke = Polls)]
    [Row("poll in a loop, 1 thread", nameof(Token), "`CancellationToken.IsCancellationRequested`", "≤ 1.05; 0 B")]
    [Row("poll in a loop, 1 thread", nameof(Flag), "a volatile `bool`", "≤ 1.5; 0 B")]
    public int Stop() => PollStop();

    [Benchmark(OperationsPerInvoke = Polls)]
    public int Token() => PollToken();

    [Benchmark(OperationsPerInvoke = Polls)]
    public int Flag() => PollFlag();

    [Benchmark(OperationsPerInvoke = Polls)]
    [Row("poll in a loop, 2 threads", nameof(TokenTwice), "`CancellationToken.IsCancellationRequested`", "≤ 1.05; 0 B")]
    [Row("poll in a loop, 2 threads", nameof(FlagTwice), "a volatile `bool`", "≤ 1.5; 0 B")]
    public int StopTwice() => _second.RunOnBoth(PollStop);

    [Benchmark(OperationsPerInvoke = Polls)]
    public int TokenTwice() => _second.RunOnBoth(PollToken);

    [Benchmark(OperationsPerInvoke = Polls)]
    public int FlagTwice() => _second.RunOnBoth(PollFlag);

    [GlobalSetup]
    public void SetUp() => _flag = false;

    [GlobalCleanup]
    public void Dispose()
    {
        _stop.Dispose();
        _cancellation.Dispose();
        _second.Dispose();
    }

    private int PollStop()
    {
        var token = _stop.Token;
        var polls = 0;
        while (polls < Polls && !token.IsStopRequested)
            polls++;
        return polls;
    }

    private int PollToken()
    {
        var token = _cancellation.Token;
        var polls = 0;
        while (polls < Polls && !token.IsCancellationRequested)
            polls++;
        return polls;
    }

    private int PollFlag()
    {
        var polls = 0;
        while (polls < Polls && !_flag)
            polls++;
        return polls;
    }
}
