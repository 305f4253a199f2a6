namespace StopKit.Tests.Comparison;

/// <summary>What docs/comparison.md says of <see cref="CancellationToken"/> alone: each test shows its behaviour and StopKit's.</summary>
public sealed class CancellationTokenTests
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Its_slow_callback_keeps_a_linked_token_from_hearing_of_the_stop() => await Task.Run(() =>
    {
        var (mayReturn, isCalled) = (new Gate(), new Gate());
        using var parent = new CancellationTokenSource();
        using var child = CancellationTokenSource.CreateLinkedTokenSource(parent.Token);
        parent.Token.UnsafeRegister(_ => HoldUp(), null); // the newest is called first
        var request = parent.CancelAsync();
        isCalled.Pass();

        parent.IsCancellationRequested.Should().BeTrue();
        child.IsCancellationRequested.Should().BeFalse();

        mayReturn.Open();
        request.Wait(Patience.Limit).Should().BeTrue();
        child.IsCancellationRequested.Should().BeTrue();

        void HoldUp()
        {
            isCalled.Open();
            mayReturn.Pass();
        }
    });

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task StopKits_slow_callback_delays_no_descendant() => await Task.Run(() =>
    {
        var (mayReturn, isCalled) = (new Gate(), new Gate());
        using var parent = new StopSource();
        using var child = StopSource.LinkedTo(parent.Token);
        parent.Token.OnStop(_ =>
        {
            isCalled.Open();
            mayReturn.Pass();
        });
        var request = Task.Run(() => parent.RequestStop());
        isCalled.Pass();

        child.IsStopRequested.Should().BeTrue();

        mayReturn.Open();
        request.Wait(Patience.Limit).Should().BeTrue();
    });

    [Fact]
    public void Its_throwing_callback_throws_at_whoever_cancels_and_StopKits_is_kept()
    {
        using var platform = new CancellationTokenSource();
        platform.Token.UnsafeRegister(_ => throw new InvalidOperationException("mine"), null);
        using var ours = new StopSource();
        ours.Token.OnStop(_ => throw new InvalidOperationException("mine"));

        platform.Invoking(source => source.Cancel()).Should().Throw<AggregateException>().WithInnerException<InvalidOperationException>();
        ours.Invoking(source => source.RequestStop()).Should().NotThrow();
        ours.CallbackExceptions.Should().ContainSingle().Which.Message.Should().Be("mine");
    }

    [Fact]
    public void Its_waits_end_by_exception_or_need_a_wait_handle_and_StopKits_returns_a_value()
    {
        using var platform = new CancellationTokenSource();
        platform.Cancel();
        using var slim = new ManualResetEventSlim();
        using var ours = new StopSource();
        ours.RequestStop();

        slim.Invoking(wait => wait.Wait(TimeSpan.FromHours(1), platform.Token)).Should().Throw<OperationCanceledException>();
        ours.Token.Wait(TimeSpan.FromHours(1)).Should().BeTrue();
    }

    [Fact]
    public void It_has_one_stage_and_no_reason()
    {
        typeof(CancellationToken).GetProperties().Select(property => property.Name)
            .Should().BeEquivalentTo("None", "IsCancellationRequested", "CanBeCanceled", "WaitHandle");
    }
}
