namespace StopKit.Tests.Tokens;

public sealed class StopRequestedExceptionTests : IDisposable
{
    private readonly StopSource _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public void Nothing_is_thrown_while_running()
    {
        _source.Token.ThrowIfStopRequested();
        _source.Token.ThrowIfAbortRequested();
        StopToken.None.ThrowIfStopRequested();
        StopToken.None.ThrowIfAbortRequested();
    }

    [Fact]
    public void It_tells_of_the_stop()
    {
        var stopping = _source.Token.Stopping;
        _source.RequestStop("enough");

        var thrown = _source.Token.Invoking(token => token.ThrowIfStopRequested()).Should().Throw<StopRequestedException>().Which;

        thrown.Reason.Should().BeSameAs(_source.Reason);
        thrown.Stage.Should().Be(StopStage.Stopping);
        thrown.Message.Should().Be("enough");
        thrown.CancellationToken.Should().Be(stopping);
        _source.Token.ThrowIfAbortRequested();
    }

    [Fact]
    public void It_tells_of_the_abort()
    {
        _source.RequestStop("stop");
        _source.RequestAbort("abort");

        var atAbort = _source.Token.Invoking(token => token.ThrowIfAbortRequested()).Should().Throw<StopRequestedException>().Which;
        var atStop = _source.Token.Invoking(token => token.ThrowIfStopRequested()).Should().Throw<StopRequestedException>().Which;

        atAbort.Reason.Should().BeSameAs(_source.AbortReason);
        atAbort.CancellationToken.Should().Be(_source.Token.Aborting);
        atStop.Reason.Should().BeSameAs(_source.Reason);
        (atAbort.Stage, atStop.Stage).Should().Be((StopStage.Aborting, StopStage.Aborting));
        atAbort.CancellationToken.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public async Task An_asynchronous_method_that_throws_it_ends_cancelled()
    {
        _source.RequestStop();
        var task = Work(_source.Token);

        await FluentActions.Awaiting(() => task).Should().ThrowAsync<OperationCanceledException>();

        task.Status.Should().Be(TaskStatus.Canceled);

        static async Task Work(StopToken stop)
        {
            await Task.Yield();
            stop.ThrowIfStopRequested();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_was_started_with_the_token_ends_cancelled(bool isAbort)
    {
        using var started = new ManualResetEventSlim();
        using var stopped = new ManualResetEventSlim();
        var token = isAbort ? _source.Token.Aborting : _source.Token.Stopping;
        var task = Task.Run(
            () =>
            {
                started.Set();
                stopped.Wait();
                if (isAbort)
                    _source.Token.ThrowIfAbortRequested();
                _source.Token.ThrowIfStopRequested();
            },
            token);
        started.Wait();

        _source.RequestAbort();
        stopped.Set();

        await FluentActions.Awaiting(() => task).Should().ThrowAsync<OperationCanceledException>();
        task.Status.Should().Be(TaskStatus.Canceled);
    }

    [Fact]
    public void It_needs_a_reason() =>
        FluentActions.Invoking(() => new StopRequestedException(null!, StopStage.Stopping)).Should().Throw<ArgumentNullException>();
}
