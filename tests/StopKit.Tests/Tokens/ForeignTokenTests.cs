namespace StopKit.Tests.Tokens;

public sealed class ForeignTokenTests : IDisposable
{
    private readonly CancellationTokenSource _foreign = new();

    public void Dispose() => _foreign.Dispose();

    [Fact]
    public void Its_cancellation_is_a_stop_on_the_cancelling_thread()
    {
        using var source = StopSource.LinkedTo(_foreign.Token);
        var thread = 0;
        source.Token.OnStop(_ => thread = Environment.CurrentManagedThreadId);
        source.IsStopRequested.Should().BeFalse();

        _foreign.Cancel();

        source.Stage.Should().Be(StopStage.Stopping);
        source.Reason!.Cause.Should().Be(StopCause.CancellationToken);
        source.Reason.Message.Should().Be("cancellation token cancelled");
        thread.Should().Be(Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void A_source_of_a_cancelled_token_is_born_stopped()
    {
        _foreign.Cancel();

        using var source = StopSource.LinkedTo(_foreign.Token);

        source.Reason!.Cause.Should().Be(StopCause.CancellationToken);
    }

    [Fact]
    public void A_callback_that_throws_does_not_reach_who_cancels()
    {
        using var source = StopSource.LinkedTo(_foreign.Token);
        source.Token.OnStop(_ => throw new InvalidOperationException());
        source.Token.Stopping.Register(() => throw new InvalidOperationException());

        _foreign.Cancel();

        source.CallbackExceptions.Should().HaveCount(2);
    }

    [Fact]
    public void A_token_that_cannot_be_cancelled_or_whose_source_is_disposed_leaves_the_source_alone()
    {
        var token = _foreign.Token;
        _foreign.Dispose();

        using var ofNone = StopSource.LinkedTo(CancellationToken.None);
        using var ofDisposed = StopSource.LinkedTo(token);

        ofNone.RequestStop().Should().BeTrue();
        ofDisposed.RequestStop().Should().BeTrue();
    }

    [Fact]
    public void A_disposed_source_has_let_go_of_it()
    {
        var source = StopSource.LinkedTo(_foreign.Token);

        source.Dispose();
        _foreign.Cancel();

        source.IsStopRequested.Should().BeFalse();
    }

    [Fact]
    public void A_source_may_be_disposed_while_the_token_is_being_cancelled()
    {
        var source = StopSource.LinkedTo(_foreign.Token);
        source.Token.OnStop(_ => source.Dispose());

        _foreign.Cancel();

        source.IsStopRequested.Should().BeTrue();
        source.CallbackExceptions.Should().BeEmpty();
    }

    [Fact]
    public void Scopes_below_it_stop_with_it()
    {
        using var source = StopSource.LinkedTo(_foreign.Token);
        using var child = StopSource.LinkedTo(source.Token);

        _foreign.Cancel();

        child.Reason.Should().BeSameAs(source.Reason);
    }
}
