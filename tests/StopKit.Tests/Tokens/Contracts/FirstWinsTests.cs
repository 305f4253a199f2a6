namespace StopKit.Tests.Tokens.Contracts;

public sealed class FirstWinsTests : IDisposable
{
    private readonly StopSource _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public void A_source_runs_until_somebody_requests_a_stop()
    {
        _source.Stage.Should().Be(StopStage.Running);
        _source.IsStopRequested.Should().BeFalse();
        _source.IsAbortRequested.Should().BeFalse();
        _source.Reason.Should().BeNull();
        _source.AbortReason.Should().BeNull();
        _source.CallbackExceptions.Should().BeEmpty();
        _source.LiveChildren.Should().Be(0);
    }

    [Fact]
    public void The_first_stop_request_returns_true_and_its_reason_stays()
    {
        var first = StopReason.Requested("first");

        _source.RequestStop(first).Should().BeTrue();
        _source.RequestStop("second").Should().BeFalse();

        _source.Stage.Should().Be(StopStage.Stopping);
        _source.IsStopRequested.Should().BeTrue();
        _source.IsAbortRequested.Should().BeFalse();
        _source.Reason.Should().BeSameAs(first);
        _source.AbortReason.Should().BeNull();
    }

    [Fact]
    public void The_first_abort_request_returns_true_and_its_reason_stays()
    {
        var (stop, abort) = (StopReason.Requested("stop"), StopReason.Requested("abort"));
        _source.RequestStop(stop);

        _source.RequestAbort(abort).Should().BeTrue();
        _source.RequestAbort("second").Should().BeFalse();

        _source.Stage.Should().Be(StopStage.Aborting);
        _source.IsStopRequested.Should().BeTrue();
        _source.IsAbortRequested.Should().BeTrue();
        _source.Reason.Should().BeSameAs(stop);
        _source.AbortReason.Should().BeSameAs(abort);
    }

    [Fact]
    public void A_stop_request_after_an_abort_comes_too_late()
    {
        _source.RequestAbort("abort");

        _source.RequestStop("stop").Should().BeFalse();

        _source.Reason!.Message.Should().Be("abort");
    }

    [Fact]
    public void An_abort_of_a_running_source_is_its_stop_as_well()
    {
        var reason = StopReason.Requested("all of it");
        var calls = new List<string>();
        _source.Token.OnAbort(why => calls.Add($"abort: {why}"));
        _source.Token.OnStop(why => calls.Add($"stop: {why}"));
        _source.Token.OnAbort(why => calls.Add($"newer abort: {why}"));

        _source.RequestAbort(reason).Should().BeTrue();

        _source.Reason.Should().BeSameAs(reason);
        _source.AbortReason.Should().BeSameAs(reason);
        calls.Should().Equal("stop: all of it", "newer abort: all of it", "abort: all of it");
    }

    [Fact]
    public void A_request_without_a_reason_still_has_one()
    {
        _source.RequestStop();
        _source.RequestAbort();

        _source.Reason!.Cause.Should().Be(StopCause.Requested);
        _source.Reason.ToString().Should().Be("stop requested");
        _source.AbortReason!.ToString().Should().Be("abort requested");
    }

    [Fact]
    public void The_token_tells_what_its_source_tells()
    {
        var token = _source.Token;

        _source.RequestStop("stop");
        token.Stage.Should().Be(StopStage.Stopping);
        token.IsStopRequested.Should().BeTrue();
        token.IsAbortRequested.Should().BeFalse();
        token.Reason.Should().BeSameAs(_source.Reason);
        token.AbortReason.Should().BeNull();

        _source.RequestAbort("abort");
        token.Stage.Should().Be(StopStage.Aborting);
        token.IsAbortRequested.Should().BeTrue();
        token.AbortReason.Should().BeSameAs(_source.AbortReason);
    }
}
