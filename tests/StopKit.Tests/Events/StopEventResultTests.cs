namespace StopKit.Tests.Events;

/// <summary>The waits that say which of three things ended them, and those that a <see cref="CancellationToken"/> may end.</summary>
public sealed class StopEventResultTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StopEvent _event;
    private readonly StopSource _source = new();
    private readonly CancellationTokenSource _cancellation = new();

    public StopEventResultTests() => _event = new StopEvent(timeProvider: _clock);

    public void Dispose()
    {
        _source.Dispose();
        _cancellation.Dispose();
    }

    public static TheoryData<string> Ways => ["sync, stop", "async, stop", "sync, cancellation", "async, cancellation"];

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Ways))]
    public async Task A_wait_says_that_the_event_was_set(string way)
    {
        var wait = Start(way, TimeSpan.FromSeconds(5));

        _event.Set();

        (await wait).Should().Be(StopWaitResult.Signaled);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Ways))]
    public async Task A_wait_says_that_it_was_stopped_or_canceled_and_does_not_throw(string way)
    {
        var wait = Start(way, TimeSpan.FromSeconds(5));

        _source.RequestStop();
        _cancellation.Cancel();

        (await wait).Should().Be(StopWaitResult.StopRequested);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Ways))]
    public async Task A_wait_says_that_its_time_is_up(string way)
    {
        var wait = Start(way, TimeSpan.FromSeconds(5));

        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5));

        (await wait).Should().Be(StopWaitResult.TimedOut);
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Ways))]
    public async Task The_event_beats_a_stop_that_is_there_as_well_and_zero_only_looks(string way)
    {
        (await Start(way, TimeSpan.Zero)).Should().Be(StopWaitResult.TimedOut);
        _source.RequestStop();
        _cancellation.Cancel();
        (await Start(way, TimeSpan.Zero)).Should().Be(StopWaitResult.StopRequested);
        (await Start(way, TimeSpan.FromSeconds(5))).Should().Be(StopWaitResult.StopRequested);
        _event.Set();
        (await Start(way, TimeSpan.Zero)).Should().Be(StopWaitResult.Signaled);
        (await Start(way, TimeSpan.FromSeconds(5))).Should().Be(StopWaitResult.Signaled);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_waits_that_return_true_or_false_may_be_canceled_and_do_not_throw()
    {
        var (never, token) = (CancellationToken.None, _cancellation.Token);
        Task<bool>[] waits =
        [
            Task.Run(() => _event.Wait(token)),
            Task.Run(() => _event.Wait(TimeSpan.FromSeconds(5), token)),
            _event.WaitAsync(token).AsTask(),
            _event.WaitAsync(TimeSpan.FromSeconds(5), token).AsTask(),
        ];

        await _cancellation.CancelAsync();

        (await Task.WhenAll(waits)).Should().Equal(false, false, false, false);
        _event.Set();
        _event.Wait(never).Should().BeTrue();
        _event.Wait(token).Should().BeTrue();
        (await _event.WaitAsync(never)).Should().BeTrue();
        (await _event.WaitAsync(token)).Should().BeTrue();
    }

    [Fact]
    public void A_time_that_is_too_long_is_refused_at_once()
    {
        var tooLong = TimeSpan.FromDays(25);
        Action[] waits =
        [
            () => _event.Wait(tooLong, _cancellation.Token),
            () => _event.WaitForResult(tooLong, _source.Token),
            () => _event.WaitForResult(tooLong, _cancellation.Token),
            () => _ = _event.WaitAsync(tooLong, _cancellation.Token).AsTask(),
            () => _ = _event.WaitForResultAsync(tooLong, _source.Token).AsTask(),
            () => _ = _event.WaitForResultAsync(tooLong, _cancellation.Token).AsTask(),
        ];

        foreach (var wait in waits)
            wait.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
    }

    [Fact]
    public void A_wait_that_a_cancellation_ends_counts_as_no_request_of_a_stop()
    {
        using var measured = new Measurements();
        _cancellation.Cancel();

        _event.Wait(_cancellation.Token).Should().BeFalse();

        measured.Of("stopkit.stop.requests").Should().BeEmpty();
    }

    [Fact]
    public void The_value_of_a_result_that_was_not_set_is_none_that_a_wait_returns() =>
        default(StopWaitResult).Should().Be(StopWaitResult.Unknown);

    private Task<StopWaitResult> Start(string way, TimeSpan timeout) => way switch
    {
        "sync, stop" => Task.Run(() => _event.WaitForResult(timeout, _source.Token)),
        "async, stop" => _event.WaitForResultAsync(timeout, _source.Token).AsTask(),
        "sync, cancellation" => Task.Run(() => _event.WaitForResult(timeout, _cancellation.Token)),
        _ => _event.WaitForResultAsync(timeout, _cancellation.Token).AsTask(),
    };
}
