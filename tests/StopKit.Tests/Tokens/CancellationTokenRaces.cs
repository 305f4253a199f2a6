using Xunit.Abstractions;

namespace StopKit.Tests.Tokens;

[Collection(Alone.Name)]
public sealed class CancellationTokenRaces(ITestOutputHelper output) : IDisposable
{
    private StopSource _source = new();
    private CancellationToken _first;
    private CancellationToken _second;

    public void Dispose() => _source.Dispose();

    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public Task Stopping_that_is_first_used_while_the_stop_comes_is_cancelled_when_both_are_done(bool hasCallback)
    {
        var calls = 0;
        return Race.Run(
            output,
            prepare: () => Prepare(hasCallback, ref calls),
            [
                () => _source.RequestStop(),
                () => _first = _source.Token.Stopping,
                () =>
                {
                    _second = _source.Token;
                    _second.UnsafeRegister(_ => Interlocked.Increment(ref calls), null);
                },
            ],
            check: () =>
            {
                Assert.True(_first.IsCancellationRequested);
                Assert.True(_second.IsCancellationRequested);
                Assert.Equal(1, calls);
            });
    }

    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public Task Aborting_that_is_first_used_while_the_abort_comes_is_cancelled_when_both_are_done(bool hasCallback)
    {
        var calls = 0;
        return Race.Run(
            output,
            prepare: () => Prepare(hasCallback, ref calls),
            [
                () => _source.RequestAbort(),
                () => _first = _source.Token.Aborting,
                () =>
                {
                    _second = _source.Token.Aborting;
                    _second.UnsafeRegister(_ => Interlocked.Increment(ref calls), null);
                },
            ],
            check: () =>
            {
                Assert.True(_first.IsCancellationRequested);
                Assert.True(_second.IsCancellationRequested);
                Assert.Equal(1, calls);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task A_foreign_token_that_is_cancelled_while_it_is_linked_stops_the_source()
    {
        CancellationTokenSource foreign = new();
        return Race.Run(
            output,
            prepare: () => foreign = new CancellationTokenSource(),
            [() => foreign.Cancel(), () => _source = StopSource.LinkedTo(foreign.Token)],
            check: () => Assert.Equal(StopCause.CancellationToken, _source.Reason?.Cause));
    }

    private void Prepare(bool hasCallback, ref int calls)
    {
        calls = 0;
        _source = new StopSource();
        if (hasCallback)
            _source.Token.OnAbort(_ => { });
    }
}
