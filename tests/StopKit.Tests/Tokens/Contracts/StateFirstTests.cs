namespace StopKit.Tests.Tokens.Contracts;

public sealed class StateFirstTests : IDisposable
{
    private readonly StopSource _root = new();
    private readonly List<StopSource> _all;
    private readonly List<string> _seen = [];

    public StateFirstTests()
    {
        var left = StopSource.LinkedTo(_root.Token);
        var right = StopSource.LinkedTo(_root.Token);
        var belowBoth = StopSource.LinkedTo(left.Token, right.Token);
        _all = [_root, left, right, belowBoth, StopSource.LinkedTo(belowBoth.Token)];
    }

    public void Dispose() => _all.ForEach(source => source.Dispose());

    [Theory]
    [InlineData(StopStage.Stopping)]
    [InlineData(StopStage.Aborting)]
    public void In_the_first_callback_every_descendant_reports_the_stage_and_every_cancellation_token_is_cancelled(StopStage stage)
    {
        var cancellations = _all.ConvertAll(source => stage == StopStage.Stopping ? source.Token.Stopping : source.Token.Aborting);
        foreach (var source in _all)
        {
            source.Token.OnStop(_ =>
            {
                _seen.AddRange(_all.Select(each => $"{each.Stage}"));
                _seen.AddRange(cancellations.Select(each => $"cancelled: {each.IsCancellationRequested}"));
            });
        }

        Request(_root, stage);

        // All five callbacks saw the same.
        _seen.Should().HaveCount(5 * 10);
        _seen.Distinct().Should().Equal($"{stage}", "cancelled: True");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task In_the_first_callback_every_wait_has_been_released()
    {
        using var never = new ManualResetEvent(false);
        var unset = new StopEvent();
        List<Func<bool>> ended = [];
        foreach (var token in _all.ConvertAll(source => source.Token))
        {
            var asleep = BlockedThread<bool>.Start(() => token.Wait(Patience.Limit));
            var atHandle = BlockedThread<StopWaitResult>.Start(() => token.Wait(never, Patience.Limit));
            var atEvent = BlockedThread<bool>.Start(() => unset.Wait(Patience.Limit, token));
            var awaiting = token.WaitAsync(Patience.Limit).AsTask();
            var awaitingEvent = unset.WaitAsync(Patience.Limit, token).AsTask();
            ended.Add(() => asleep.Result && atHandle.Result == StopWaitResult.StopRequested && !atEvent.Result);
            ended.Add(() => awaiting.Wait(Patience.Limit) && awaitingEvent.Wait(Patience.Limit) && awaiting.Result && !awaitingEvent.Result);
            // Blocks the request until all those threads have gone on, so they cannot depend on anything that comes after.
            token.OnStop(_ => _seen.Add($"{ended.TrueForAll(each => each())}"));
        }

        await Task.Run(() => _root.RequestStop());

        _root.CallbackExceptions.Should().BeEmpty();
        _seen.Should().HaveCount(5).And.AllBe("True");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_cancellation_tokens_come_after_the_state_and_the_waits()
    {
        var awaiting = _all.ConvertAll(source => BlockedThread<bool>.Start(() => source.Token.Wait(Patience.Limit)));
        foreach (var source in _all)
        {
            source.Token.Stopping.Register(
                () => _seen.Add($"{_all.TrueForAll(each => each.IsStopRequested)} {awaiting.TrueForAll(each => each.Result)}"));
        }

        await Task.Run(() => _root.RequestStop());

        _seen.Should().HaveCount(5).And.AllBe("True True");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_slow_callback_delays_no_worker()
    {
        var workerEnded = new StopEvent();
        var worker = BlockedThread<bool>.Start(() => _all[^1].Token.Wait(Patience.Limit));
        _all[^1].Token.OnStop(_ => _seen.Add($"{workerEnded.Wait(Patience.Limit)}"));

        var request = Task.Run(() => _root.RequestStop());
        worker.Result.Should().BeTrue();
        workerEnded.Set();
        await request;

        _seen.Should().Equal("True");
    }

    [Fact]
    public void When_the_request_returns_every_callback_has_run()
    {
        var threads = new List<int>();
        _all.ForEach(source => source.Token.OnStop(_ => threads.Add(Environment.CurrentManagedThreadId)));

        _root.RequestStop();

        threads.Should().HaveCount(5).And.AllBeEquivalentTo(Environment.CurrentManagedThreadId);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_request_that_comes_second_does_not_wait_for_the_callbacks_of_the_first()
    {
        var (isRunning, mayReturn) = (new StopEvent(), new StopEvent());
        _all[^1].Token.OnStop(_ =>
        {
            isRunning.Set();
            mayReturn.Wait(Patience.Limit);
        });
        var first = Task.Run(() => _root.RequestStop());
        isRunning.Wait(Patience.Limit).Should().BeTrue();

        _root.RequestStop().Should().BeFalse();
        _all[^1].RequestStop().Should().BeFalse();
        _root.RequestAbort().Should().BeTrue();

        _all.Should().OnlyContain(source => source.Stage == StopStage.Aborting);
        mayReturn.Set();
        (await first).Should().BeTrue();
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(StopStage.Stopping)]
    [InlineData(StopStage.Aborting)]
    public async Task A_request_that_lost_returns_no_earlier_than_every_descendant_reports_the_stage(StopStage stage)
    {
        var context = new HeldContext();
        using var root = new StopSource(context);
        // Shields, because an abort passes through their stop, at which the context can hold it up.
        var children = Enumerable.Range(0, 5).Select(_ => stage == StopStage.Stopping
            ? StopSource.LinkedTo(root.Token)
            : root.Token.Shield(Timeout.InfiniteTimeSpan)).ToList();
        if (stage == StopStage.Aborting)
            root.RequestStop();
        context.Held = children[2];
        var winner = Task.Run(() => Request(root, stage));
        await context.IsHeld.PassAsync();

        var reported = await Task.Run(() =>
        {
            Request(root, stage);
            return children.ConvertAll(child => child.Stage);
        });

        reported.Should().AllBeEquivalentTo(stage);
        context.MayGoOn.Open();
        await winner;
    }

    [Fact]
    public void A_stop_with_zero_grace_reports_the_abort_everywhere_before_the_first_stop_callback()
    {
        _all[^1].Token.OnStop(_ => _seen.AddRange(_all.Select(each => $"{each.Stage}")));

        _root.RequestStop(grace: TimeSpan.Zero);

        _seen.Should().HaveCount(5).And.AllBe("Aborting");
    }

    private static void Request(StopSource source, StopStage stage)
    {
        if (stage == StopStage.Aborting)
            source.RequestAbort();
        else
            source.RequestStop();
    }

    /// <summary>Holds up the first request that comes to one source, before it is marked.</summary>
    private sealed class HeldContext() : StopContext(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
    {
        private StopSource? _held;

        internal StopSource Held { set => _held = value; }

        internal Gate IsHeld { get; } = new();

        internal Gate MayGoOn { get; } = new();

        internal override void OnRequested(StopSource source, ref StopPropagation propagation)
        {
            if (source != _held || Interlocked.Exchange(ref _held, null) is null)
                return;
            IsHeld.Open();
            MayGoOn.Pass();
        }
    }
}
