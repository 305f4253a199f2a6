using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Timeout;
using AsyncEx = Nito.AsyncEx;
using DotNextThreading = DotNext.Threading;

namespace StopKit.Tests.Comparison;

/// <summary>What docs/comparison.md says of AsyncEx, dotNext and Polly: each test shows their behaviour and StopKit's.</summary>
public sealed class LibrariesTests
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_wait_for_an_event_of_AsyncEx_or_dotNext_throws_at_a_stop_and_does_not_say_why()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var ofAsyncEx = new AsyncEx.AsyncManualResetEvent();
        using var ofDotNext = new DotNextThreading.AsyncManualResetEvent(initialState: false);

        var asyncEx = await ofAsyncEx.Invoking(one => one.WaitAsync(source.Token)).Should().ThrowAsync<OperationCanceledException>();
        var dotNext = await ofDotNext.Invoking(one => one.WaitAsync(source.Token).AsTask())
            .Should().ThrowAsync<OperationCanceledException>();

        asyncEx.Which.InnerException.Should().BeNull();
        dotNext.Which.InnerException.Should().BeNull();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_wait_for_an_event_of_StopKit_returns_what_ended_it_and_the_token_says_why()
    {
        using var source = new StopSource();
        var item = new StopEvent();
        source.RequestStop("the disk is full");

        (await item.WaitForResultAsync(Timeout.InfiniteTimeSpan, source.Token)).Should().Be(StopWaitResult.StopRequested);

        source.Reason!.Message.Should().Be("the disk is full");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_combined_token_of_dotNext_says_which_token_it_was_and_StopKits_says_why()
    {
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        await using var combined = new DotNextThreading.CancellationTokenMultiplexer().Combine([one.Token, other.Token]);
        using var source = new StopSource();
        using var linked = StopSource.LinkedTo(source.Token);

        await other.CancelAsync();
        source.RequestStop("the disk is full");

        combined.CancellationOrigin.Should().Be(other.Token);
        linked.Reason!.Message.Should().Be("the disk is full");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_pipeline_of_Polly_throws_at_a_stop_and_tells_its_own_limit_apart()
    {
        var (clock, isRunning) = (new FakeTimeProvider(), new Gate());
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(TimeSpan.FromSeconds(1)).Build();
        using var stopped = new StopSource();
        stopped.RequestStop();
        var call = pipeline.ExecuteAsync(WaitAsync).AsTask();
        await isRunning.PassAsync();
        clock.Advance(TimeSpan.FromSeconds(1));

        await call.Invoking(call => call.WaitAsync(Patience.Limit)).Should().ThrowAsync<TimeoutRejectedException>();
        await pipeline.Invoking(one => one.ExecuteAsync(WaitAsync, stopped.Token.Stopping).AsTask())
            .Should().ThrowAsync<OperationCanceledException>();

        async ValueTask WaitAsync(CancellationToken token)
        {
            isRunning.Open();
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, token);
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_timeout_of_Polly_waits_for_what_follows_no_token()
    {
        var (clock, mayEnd, isRunning) = (new FakeTimeProvider(), new Gate(), new Gate());
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(TimeSpan.FromSeconds(1)).Build();
        var isCanceled = new Gate();
        var call = pipeline.ExecuteAsync(async token =>
        {
            await using var told = token.UnsafeRegister(_ => isCanceled.Open(), null);
            isRunning.Open();
            await mayEnd.PassAsync();
        }).AsTask();
        await isRunning.PassAsync();

        clock.Advance(TimeSpan.FromHours(1));
        await isCanceled.PassAsync();

        call.IsCompleted.Should().BeFalse();
        mayEnd.Open();
        await call.WaitAsync(Patience.Limit);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_follows_no_token_is_given_up_and_named()
    {
        var (mayEnd, isRunning) = (new Gate(), new Gate());
        var worker = AsyncWorker.Start("deaf", async _ =>
        {
            isRunning.Open();
            await mayEnd.PassAsync();
        }, options: new WorkerOptions { AbortPeriod = TimeSpan.Zero });
        await isRunning.PassAsync();

        var result = await worker.StopAsync(grace: TimeSpan.FromMilliseconds(20));

        result.Outcome.Should().Be(WorkerOutcome.Abandoned);
        mayEnd.Open();
    }
}
