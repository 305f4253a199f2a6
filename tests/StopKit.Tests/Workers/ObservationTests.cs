namespace StopKit.Tests.Workers;

/// <summary>What counts as seeing the stop, for a worker that then returns: Stopped with it, Completed without.</summary>
public sealed class ObservationTests
{
    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_body_that_ends_by_itself_while_a_stop_arrives_has_completed(WorkerKind kind)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: _ => { }, after: _ => { });

        outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_completed_worker_knows_nothing_of_the_stop(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass());

        worker.RequestStop("enough").Should().BeTrue();
        mayEnd.Open();

        var result = await worker.Completion;
        result.Outcome.Should().Be(WorkerOutcome.Completed);
        result.Reason.Should().BeNull();
        result.StopLatency.Should().BeNull();
        result.StopDuration.Should().BeNull();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Reading_a_stop_that_is_not_requested_is_no_observation(WorkerKind kind)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: stop => _ = stop.IsStopRequested || stop.Wait(TimeSpan.Zero), after: _ => { });

        outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Reading_stage_and_reasons_and_passing_a_checkpoint_is_no_observation(WorkerKind kind)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: _ => { }, after: stop =>
        {
            stop.Checkpoint();
            if (stop.Stage != StopStage.Stopping || stop.Reason is null || stop.AbortReason is not null || stop.IsAbortRequested)
                throw new InvalidOperationException("not stopping");
        });

        outcome.Should().Be(WorkerOutcome.Completed);
    }

    public static TheoryData<WorkerKind, string> Observations()
    {
        var data = new TheoryData<WorkerKind, string>();
        foreach (var kind in Enum.GetValues<WorkerKind>())
        {
            foreach (var name in Observers.Keys)
                data.Add(kind, name);
        }

        return data;
    }

    [Theory(Timeout = Patience.TestTimeout), MemberData(nameof(Observations))]
    public async Task Whatever_tells_the_body_of_the_stop_is_an_observation(WorkerKind kind, string observer)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: _ => { }, after: Observers[observer]);

        outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_callback_of_the_body_that_runs_is_an_observation(WorkerKind kind)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: stop => stop.OnStop(_ => { }), after: _ => { });

        outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_callback_of_the_body_that_was_taken_back_is_none(WorkerKind kind)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: stop => stop.OnStop(_ => { }).Dispose(), after: _ => { });

        outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_body_that_took_the_CancellationToken_may_have_seen_the_stop_and_was_stopped(WorkerKind kind)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: stop => _ = stop.Stopping, after: _ => { });

        outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_body_that_took_only_the_aborting_token_cannot_have_seen_the_stop(WorkerKind kind)
    {
        var outcome = await OutcomeOfOneStopped(kind, before: stop => _ = stop.Aborting, after: _ => { });

        outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_CancellationToken_without_a_stop_changes_nothing(WorkerKind kind)
    {
        var result = await TestWorkers.Start(kind, stop => _ = stop.Stopping).Completion;

        result.Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task What_others_see_through_the_workers_token_is_no_observation(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(kind, _ => mayEnd.Pass());
        using var cancelled = worker.StopToken.Stopping.Register(() => { });
        var calls = 0;
        using var registration = worker.StopToken.OnStop(_ => calls++);

        worker.RequestStop();

        worker.StopToken.IsStopRequested.Should().BeTrue();
        worker.StopToken.Wait(Patience.Limit).Should().BeTrue();
        worker.StopToken.Stopping.IsCancellationRequested.Should().BeTrue();
        worker.StopToken.Invoking(token => token.ThrowIfStopRequested()).Should().Throw<StopRequestedException>();
        calls.Should().Be(1);
        mayEnd.Open();
        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task What_a_worker_below_sees_is_its_own_observation(WorkerKind kind)
    {
        Worker? inner = null;
        var outer = TestWorkers.Start(kind, stop =>
        {
            inner = TestWorkers.Start(kind, inside => inside.Wait(), stop: stop);
            inner.Join();
        });
        Patience.Until(() => inner is { State: WorkerState.Running });

        outer.RequestStop();

        (await outer.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
        (await inner!.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Outside_and_inside_see_the_same_stop(WorkerKind kind)
    {
        StopReason? seenInside = null;
        var worker = TestWorkers.Start(kind, stop =>
        {
            stop.Wait();
            seenInside = stop.Reason;
        });
        var outside = worker.StopToken;

        worker.RequestStop();
        await worker.Completion;

        outside.Reason.Should().NotBeNull().And.BeSameAs(seenInside);
        worker.StopToken.Should().Be(outside);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Inside_the_worker_its_token_is_the_one_its_body_was_given(WorkerKind kind)
    {
        Worker? worker = null;
        var areSame = false;
        worker = TestWorkers.Make(kind, stop => areSame = worker!.StopToken == stop);

        worker.Start();
        await worker.Completion;

        areSame.Should().BeTrue();
        worker.StopToken.CanBeStopped.Should().BeFalse();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task The_token_of_a_finished_worker_tells_nothing_of_a_later_stop_above_it(WorkerKind kind)
    {
        using var parent = new StopSource();
        var worker = TestWorkers.Start(kind, _ => { }, stop: parent.Token);
        await worker.Completion;

        parent.RequestStop();

        worker.StopToken.IsStopRequested.Should().BeFalse();
    }

    private static readonly Dictionary<string, Action<StopToken>> Observers = new()
    {
        ["IsStopRequested"] = stop => _ = stop.IsStopRequested,
        ["Wait"] = stop => stop.Wait(),
        ["Wait with a timeout"] = stop => stop.Wait(Patience.Limit),
        ["WaitAsync"] = stop => stop.WaitAsync(Patience.Limit).AsTask().GetAwaiter().GetResult(),
        ["Wait for a handle"] = stop =>
        {
            using var never = new ManualResetEvent(initialState: false);
            stop.Wait(never, Patience.Limit);
        },
        ["a late callback"] = stop => stop.OnStop(_ => { }),
        ["a caught throw"] = stop => stop.Invoking(token => token.ThrowIfStopRequested()).Should().Throw<StopRequestedException>(),
        ["a scope of the body's"] = stop =>
        {
            using var scope = StopSource.LinkedTo(stop);
            _ = scope.Token.IsStopRequested;
        },
        ["a CancellationToken"] = stop => _ = stop.Stopping.IsCancellationRequested,
    };

    /// <summary>Runs a worker whose stop comes between two parts of its body.</summary>
    private static async Task<WorkerOutcome> OutcomeOfOneStopped(WorkerKind kind, Action<StopToken> before, Action<StopToken> after)
    {
        var (isReady, isStopped) = (new Gate(), new Gate());
        var worker = TestWorkers.Start(kind, stop =>
        {
            before(stop);
            isReady.Open();
            isStopped.Pass();
            after(stop);
        });
        await isReady.PassAsync();
        worker.RequestStop();
        isStopped.Open();
        return (await worker.Completion).Outcome;
    }
}
