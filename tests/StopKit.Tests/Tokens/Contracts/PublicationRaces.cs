using Xunit.Abstractions;

namespace StopKit.Tests.Tokens.Contracts;

[Collection(Alone.Name)]
public sealed class PublicationRaces(ITestOutputHelper output) : IDisposable
{
    private int _written; // plain on purpose: only the request publishes it
    private StopSource _source = new();
    private StopSource _child = new();

    public void Dispose()
    {
        _child.Dispose();
        _source.Dispose();
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Who_sees_the_stop_sees_its_reason_and_what_was_written_before() => Race.Run(
        output,
        Prepare,
        [
            () => Request(source => source.RequestStop()),
            () => Observe(_source.Token, token => token.IsStopRequested, token => token.Reason),
            () => Observe(_source.Token, token => token.Stage != StopStage.Running, token => token.Reason),
            () => Observe(_child.Token, token => token.IsStopRequested, token => token.Reason),
        ],
        check: () => { });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Who_sees_the_abort_sees_both_reasons_and_what_was_written_before() => Race.Run(
        output,
        Prepare,
        [
            () => Request(source => source.RequestAbort()),
            () => Observe(_source.Token, token => token.IsAbortRequested, token => token.Reason is null ? null : token.AbortReason),
            () => Observe(_child.Token, token => token.Stage == StopStage.Aborting, token => token.Reason is null ? null : token.AbortReason),
        ],
        check: () => { });

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Who_is_released_or_called_sees_the_reason_and_what_was_written_before() => Race.Run(
        output,
        prepare: () =>
        {
            Prepare();
            _child.Token.OnStop(_ => SeesAll(_child.Reason));
        },
        [
            () => Request(source => source.RequestStop()),
            () => Observe(_source.Token, token => token.Wait(Patience.Limit), token => token.Reason),
            () => Observe(_child.Token, token => token.Stopping.IsCancellationRequested, token => token.Reason),
        ],
        check: () => Assert.Empty(_child.CallbackExceptions));

    private void Prepare()
    {
        _written = 0;
        _source = new StopSource();
        _child = StopSource.LinkedTo(_source.Token);
    }

    private void Request(Action<StopSource> request)
    {
        _written = 42;
        request(_source);
    }

    private void Observe(StopToken token, Func<StopToken, bool> isSeen, Func<StopToken, StopReason?> reason)
    {
        var spinner = default(SpinWait);
        while (!isSeen(token))
            spinner.SpinOnce(sleep1Threshold: -1);
        SeesAll(reason(token));
    }

    private void SeesAll(StopReason? reason)
    {
        Assert.NotNull(reason);
        Assert.Equal(42, _written);
    }
}
