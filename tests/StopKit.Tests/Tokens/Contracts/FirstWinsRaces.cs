using Xunit.Abstractions;

namespace StopKit.Tests.Tokens.Contracts;

[Collection(Alone.Name)]
public sealed class FirstWinsRaces(ITestOutputHelper output)
{
    private const int Requesters = 8;

    private readonly StopReason?[] _winners = new StopReason?[Requesters];

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task One_of_eight_stop_requests_wins_and_its_reason_stays()
    {
        var source = new StopSource();
        await Race.Run(
            output,
            prepare: () => source = new StopSource(),
            Race.Times(Requesters, number => RequestStop(source, number)),
            check: () => Assert.Same(source.Reason, TheWinner()));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task One_of_eight_stop_requests_wins_on_a_source_that_has_a_callback_and_a_child()
    {
        var calls = 0;
        var source = new StopSource();
        var child = source;
        await Race.Run(
            output,
            prepare: () =>
            {
                calls = 0;
                source = new StopSource();
                source.Token.OnStop(_ => calls++);
                child = StopSource.LinkedTo(source.Token);
            },
            Race.Times(Requesters, number => RequestStop(source, number)),
            check: () =>
            {
                Assert.Same(source.Reason, TheWinner());
                Assert.Same(source.Reason, child.Reason);
                Assert.Equal(1, calls);
            });
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task One_of_eight_abort_requests_wins_and_its_reason_stays()
    {
        var source = new StopSource();
        await Race.Run(
            output,
            prepare: () => source = new StopSource(),
            Race.Times(Requesters, number =>
            {
                var reason = StopReason.Requested();
                _winners[number] = source.RequestAbort(reason) ? reason : null;
            }),
            check: () =>
            {
                Assert.Same(source.AbortReason, TheWinner());
                Assert.NotNull(source.Reason); // of any of them: who claims the stop on the way need not win the abort
            });
    }

    private void RequestStop(StopSource source, int number)
    {
        var reason = StopReason.Requested();
        _winners[number] = source.RequestStop(reason) ? reason : null;
    }

    private StopReason TheWinner() => Assert.Single(_winners.OfType<StopReason>());
}
