namespace StopKit;

/// <summary>A token that is cancelled when a time is up on a clock, or by the caller before.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    internal TimeLimit(TimeSpan limit, TimeProvider clock, CancellationToken earlier)
    {
        _timer = new CancellationTokenSource(Timeouts.WholeMilliseconds(limit), clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, earlier);
    }

    internal CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
