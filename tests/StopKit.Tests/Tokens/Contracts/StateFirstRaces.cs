using Xunit.Abstractions;

namespace StopKit.Tests.Tokens.Contracts;

[Collection(Alone.Name)]
public sealed class StateFirstRaces(ITestOutputHelper output) : IDisposable
{
    private StopSource _root = new();
    private StopSource[] _below = [];

    public void Dispose() => _root.Dispose();

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Whoever_requests_a_stop_finds_every_descendant_stopped_when_the_request_returns() => Race.Run(
        output,
        Prepare,
        Race.Times(3, _ =>
        {
            _root.RequestStop();
            Assert.All(_below, source => Assert.True(source.IsStopRequested));
        }),
        check: () => { },
        rounds: Race.Rounds / 30);

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Whoever_requests_an_abort_finds_every_descendant_aborted_when_the_request_returns() => Race.Run(
        output,
        Prepare,
        [
            () => _root.RequestStop(),
            () => RequestAbort(_root),
            () => RequestAbort(_root),
            () => RequestAbort(_below[0]),
        ],
        check: () => { },
        rounds: Race.Rounds / 30);

    private void RequestAbort(StopSource source)
    {
        source.RequestAbort();
        if (source == _root)
            Assert.All(_below, each => Assert.True(each.IsAbortRequested));
    }

    private void Prepare()
    {
        _root = new StopSource();
        _below = new StopSource[300];
        for (var number = 0; number < _below.Length; number++)
            _below[number] = StopSource.LinkedTo(number < 100 ? _root.Token : _below[number % 100].Token);
    }
}
