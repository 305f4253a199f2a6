using System.Runtime.CompilerServices;
using System.Reflection;

namespace StopKit.Tests.Tokens;

public sealed class StopTokenTests : IDisposable
{
    private readonly StopSource _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public void None_never_stops()
    {
        var none = StopToken.None;

        none.Should().Be(default(StopToken));
        none.CanBeStopped.Should().BeFalse();
        none.IsStopRequested.Should().BeFalse();
        none.IsAbortRequested.Should().BeFalse();
        none.Stage.Should().Be(StopStage.Running);
        none.Reason.Should().BeNull();
        none.AbortReason.Should().BeNull();
        none.Stopping.CanBeCanceled.Should().BeFalse();
        none.Aborting.CanBeCanceled.Should().BeFalse();
        none.OnStop(_ => throw new InvalidOperationException()).Should().Be(default(StopRegistration));
        none.OnAbort(_ => throw new InvalidOperationException()).Should().Be(default(StopRegistration));
        none.Checkpoint();
    }

    [Fact]
    public void Tokens_are_equal_if_they_are_of_one_source()
    {
        using var other = new StopSource();
        var (token, same) = (_source.Token, _source.Token);

        (token == same).Should().BeTrue();
        (token != same).Should().BeFalse();
        token.Equals(same).Should().BeTrue();
        token.Equals((object)same).Should().BeTrue();
        token.GetHashCode().Should().Be(same.GetHashCode());
        (token == other.Token).Should().BeFalse();
        (token != other.Token).Should().BeTrue();
        (token == StopToken.None).Should().BeFalse();
        token.Equals("no token").Should().BeFalse();
        StopToken.None.GetHashCode().Should().Be(default(StopToken).GetHashCode());
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_token_that_a_worker_shows_outside_is_equal_to_its_own_but_does_not_observe(WorkerKind kind)
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        var own = StopToken.None;
        var worker = TestWorkers.Start(kind, stop =>
        {
            own = stop;
            isRunning.Open();
            mayEnd.Pass();
        });
        await isRunning.PassAsync();
        var shown = worker.StopToken;

        (shown == own).Should().BeTrue();
        shown.GetHashCode().Should().Be(own.GetHashCode());
        using var scope = StopSource.LinkedTo(shown);
        using var shield = shown.Shield(Patience.Limit);
        shown.Checkpoint("outside");
        worker.RequestStop();
        shown.IsStopRequested.Should().BeTrue();
        (await shown.WaitAsync(Patience.Limit)).Should().BeTrue();
        scope.Token.IsStopRequested.Should().BeTrue();
        shield.Token.IsStopRequested.Should().BeFalse();
        mayEnd.Open();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Completed);
        result.LastCheckpoint.Should().BeNull();
    }

    [Fact]
    public void It_is_no_larger_than_two_references() => Unsafe.SizeOf<StopToken>().Should().BeLessThanOrEqualTo(2 * IntPtr.Size);

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_wait_without_a_timeout_ends_at_the_stop_and_is_refused_where_none_comes()
    {
        using var source = new StopSource();
        using var never = new ManualResetEvent(initialState: false);
        var waiting = source.Token.WaitAsync().AsTask();
        var atHandle = Task.Run(() => source.Token.Wait(never));

        source.RequestStop();

        await waiting;
        await source.Token.WaitAsync();
        (await atHandle).Should().Be(StopWaitResult.StopRequested);
        never.Set();
        source.Token.Wait(never).Should().Be(StopWaitResult.Signaled);
        new Action(() => _ = StopToken.None.WaitAsync().AsTask()).Should().Throw<InvalidOperationException>();
        StopToken.None.Wait(never).Should().Be(StopWaitResult.Signaled);
    }

    [Theory]
    [InlineData("callback")]
    [InlineData("abort token")]
    [InlineData("child")]
    [InlineData("handle")]
    [InlineData("nothing")]
    public void Its_Stopping_stays_the_same_token_whatever_comes_to_hang_on_the_source(string what)
    {
        using var source = new StopSource();
        var early = source.Token.Stopping;
        _ = what switch
        {
            "callback" => (object)source.Token.OnStop(_ => { }),
            "abort token" => source.Token.Aborting,
            "child" => StopSource.LinkedTo(source.Token),
            "handle" => source.StopHandle(),
            _ => what,
        };

        source.Token.Stopping.Should().Be(early);
        source.RequestStop();

        early.IsCancellationRequested.Should().BeTrue();
        source.Token.Stopping.Should().Be(early);
    }

    [Fact]
    public void It_can_be_stopped_until_its_source_is_disposed_and_for_ever_once_it_was_stopped()
    {
        using var stopped = new StopSource();
        _source.Token.CanBeStopped.Should().BeTrue();

        stopped.RequestStop();
        stopped.Dispose();
        _source.Dispose();

        stopped.Token.CanBeStopped.Should().BeTrue();
        _source.Token.CanBeStopped.Should().BeFalse();
    }

    [Fact]
    public void It_is_a_CancellationToken_wherever_one_is_taken()
    {
        CancellationToken token = _source.Token;
        token.Should().Be(_source.Token.Stopping);

        _source.RequestStop();

        token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void Stopping_is_cancelled_at_the_stop_and_Aborting_at_the_abort()
    {
        var (stopping, aborting) = (_source.Token.Stopping, _source.Token.Aborting);

        _source.RequestStop();
        (stopping.IsCancellationRequested, aborting.IsCancellationRequested).Should().Be((true, false));
        _source.RequestAbort();

        aborting.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void The_cancellation_tokens_that_are_first_used_later_tell_the_state()
    {
        _source.RequestStop();
        _source.Token.Stopping.IsCancellationRequested.Should().BeTrue();
        var aborting = _source.Token.Aborting;
        aborting.IsCancellationRequested.Should().BeFalse();

        _source.RequestAbort();

        aborting.IsCancellationRequested.Should().BeTrue();
        _source.Token.Aborting.Should().Be(aborting);
    }

    [Fact]
    public void Reading_what_is_an_observation_is_one()
    {
        IsObservation(token => _ = token.IsStopRequested).Should().BeTrue();
        IsObservation(token => _ = token.IsAbortRequested).Should().BeTrue();
        IsObservation(token => token.Wait()).Should().BeTrue();
        IsObservation(token => token.Wait(TimeSpan.Zero)).Should().BeTrue();
        IsObservation(token => token.WaitAsync(TimeSpan.Zero).AsTask().Wait()).Should().BeTrue();
        IsObservation(token => token.Invoking(each => each.ThrowIfStopRequested()).Should().Throw<StopRequestedException>()).Should().BeTrue();
        IsObservation(token => token.Invoking(each => each.ThrowIfAbortRequested()).Should().Throw<StopRequestedException>()).Should().BeTrue();
        IsObservation(token => token.OnStop(_ => { })).Should().BeTrue();
        IsObservation(token =>
        {
            using var never = new ManualResetEvent(initialState: false);
            token.Wait(never, TimeSpan.Zero);
        }).Should().BeTrue();
    }

    [Fact]
    public void Reading_the_state_the_reasons_or_the_debuggers_text_is_none()
    {
        IsObservation(token => _ = token.Stage).Should().BeFalse();
        IsObservation(token => _ = token.Reason).Should().BeFalse();
        IsObservation(token => _ = token.AbortReason).Should().BeFalse();
        IsObservation(token => _ = token.CanBeStopped).Should().BeFalse();
        IsObservation(token => token.Checkpoint()).Should().BeFalse();
        IsObservation(token => DebuggerDisplay(token).Should().StartWith("Aborting")).Should().BeFalse();
        IsObservation(token =>
        {
            using var set = new ManualResetEvent(initialState: true);
            token.Wait(set, TimeSpan.Zero);
        }).Should().BeFalse("the handle won");
    }

    [Fact]
    public void Before_the_stop_nothing_is_an_observation()
    {
        var observation = new WorkerObservation(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        using var source = new StopSource(observation);
        observation.Owner = source;

        _ = source.Token.IsStopRequested || source.Token.IsAbortRequested || source.Token.Wait(TimeSpan.Zero);

        observation.IsObserved.Should().BeFalse();
    }

    [Fact]
    public void The_debugger_shows_the_state_and_the_reason()
    {
        var registration = _source.Token.OnAbort(_ => { });
        DebuggerDisplay(StopToken.None).Should().Be("None");
        DebuggerDisplay(_source.Token).Should().Be("Running");
        DebuggerDisplay(_source).Should().Be("Running");
        DebuggerDisplay(registration).Should().Be("Registered");
        DebuggerDisplay(default(StopRegistration)).Should().Be("Empty");

        _source.RequestStop("enough");
        DebuggerDisplay(_source.Token).Should().Be("Stopping: enough");
        DebuggerDisplay(_source).Should().Be("Stopping: enough");

        _source.Token.OnAbort(_ => DebuggerDisplay(registration).Should().Be("Registered"));
        _source.RequestAbort("now");
        DebuggerDisplay(_source.Token).Should().Be("Aborting: now");
        DebuggerDisplay(_source).Should().Be("Aborting: now (stopped: enough)");
        DebuggerDisplay(registration).Should().Be("Done or unregistered");
        _source.CallbackExceptions.Should().BeEmpty();

        var disposed = new StopSource();
        disposed.Dispose();
        DebuggerDisplay(disposed.Token).Should().Be("Running, cannot be stopped any more");
        DebuggerDisplay(disposed).Should().Be("Disposed, was running");
    }

    private static bool IsObservation(Action<StopToken> read)
    {
        var observation = new WorkerObservation(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        using var source = new StopSource(observation);
        observation.Owner = source;
        source.RequestAbort();
        read(source.Token);
        return observation.IsObserved;
    }

    private static string DebuggerDisplay<T>(T value)
        where T : notnull =>
        (string)typeof(T).GetProperty("DebuggerDisplay", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(value)!;

    [Fact]
    public void The_time_to_the_abort_is_that_of_the_earliest_plan_here_or_above()
    {
        var clock = new ManualClock();
        using var above = new StopSource(clock);
        using var source = StopSource.LinkedTo(above.Token);
        StopToken.None.TimeToAbort.Should().Be(Timeout.InfiniteTimeSpan);
        source.Token.TimeToAbort.Should().Be(Timeout.InfiniteTimeSpan);

        source.RequestStop(grace: TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(10));
        source.Token.TimeToAbort.Should().Be(TimeSpan.FromSeconds(20));
        above.RequestStop(grace: TimeSpan.FromSeconds(5));
        source.Token.TimeToAbort.Should().Be(TimeSpan.FromSeconds(5));

        clock.Advance(TimeSpan.FromSeconds(5));
        (source.Token.TimeToAbort, source.Token.IsAbortRequested).Should().Be((TimeSpan.Zero, true));
    }
}
