#pragma warning disable STOPKIT001 // what these tests are about
using Xunit.Abstractions;

namespace StopKit.Tests.Forced;

public sealed class ForcedStopTests
{
    [Fact]
    public void A_body_that_ends_has_ended_and_what_it_throws_it_has_thrown()
    {
        using var source = new StopSource();
        var hasRun = false;

        ForcedStop.Run(() => hasRun = true, source.Token);
        ForcedStop.Run(() => { }, StopToken.None);
        FluentActions.Invoking(() => ForcedStop.Run(() => throw new InvalidOperationException("broken body"), source.Token))
            .Should().Throw<InvalidOperationException>().WithMessage("broken body");

        hasRun.Should().BeTrue();
    }

    [Fact]
    public void A_body_whose_abort_was_there_before_does_not_begin()
    {
        using var source = new StopSource();
        source.RequestAbort("too late");

        FluentActions.Invoking(() => ForcedStop.Run(() => Assert.Fail("It began."), source.Token))
            .Should().Throw<StopRequestedException>().Which.Stage.Should().Be(StopStage.Aborting);
        Thread.CurrentThread.Join(0).Should().BeFalse("nothing is pending for the thread");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_stop_alone_cuts_nothing_off()
    {
        var mayEnd = new Gate();
        var isRunning = new Gate();
        var worker = ThreadWorker.Start("one", stop => ForcedStop.Run(
            () =>
            {
                isRunning.Open();
                mayEnd.Pass();
            },
            stop));
        await isRunning.PassAsync();

        worker.RequestStop();
        mayEnd.Open();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed, "the body did not look, and nothing hit it");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_is_cut_off_was_aborted_and_runs_its_cleanup()
    {
        var (isRunning, hasCleanedUp) = (new Gate(), false);
        var worker = TestWorkers.Start(
            WorkerKind.Thread,
            stop => ForcedStop.Run(
                () =>
                {
                    isRunning.Open();
                    new ManualResetEventSlim().Wait();
                },
                stop),
            shielded => hasCleanedUp = !shielded.Wait(TimeSpan.FromMilliseconds(1)),
            new WorkerOptions { AbortPeriod = Patience.Limit, CleanUpLimit = Patience.Limit });
        await isRunning.PassAsync();

        var result = await worker.StopAsync(TimeSpan.Zero);

        result.Outcome.Should().Be(WorkerOutcome.Aborted);
        result.Exception.Should().BeNull();
        hasCleanedUp.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_body_that_cannot_be_cut_off_is_abandoned_by_name()
    {
        var (isRunning, mayEnd, log) = (new Gate(), new ManualResetEvent(initialState: false), new ListLogger());
        var options = new WorkerOptions { AbortPeriod = TimeSpan.FromMilliseconds(50), Logger = log };
        var worker = ThreadWorker.Start("stuck", stop => ForcedStop.Run(() => WaitWhateverComes(isRunning, mayEnd), stop), options: options);
        await isRunning.PassAsync();

        (await worker.StopAsync(TimeSpan.Zero)).Outcome.Should().Be(WorkerOutcome.Abandoned);

        log.Entries.Should().ContainSingle(entry => entry.Id == 2004).Which.Text.Should().StartWith("stuck: Abandoned");
        mayEnd.Set();
        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Aborted);
    }

    [Fact]
    public void One_inside_another_is_refused_and_leaves_the_outer_one_usable()
    {
        using var source = new StopSource();

        ForcedStop.Run(
            () => FluentActions.Invoking(() => ForcedStop.Run(() => { }, source.Token)).Should().Throw<InvalidOperationException>().WithMessage("*one place only*"),
            source.Token);
        ForcedStop.Run(() => { }, source.Token);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        FluentActions.Invoking(() => ForcedStop.Run(null!, default)).Should().Throw<ArgumentNullException>().WithParameterName("body");
        FluentActions.Invoking(() => ForcedStop.Run(async () => await Task.Yield(), default)).Should().Throw<ArgumentException>().WithMessage("*async void*");
        FluentActions.Invoking(() => ForcedStop.Run(() => { }, default, (ForcedStopMode)2)).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("mode").WithMessage("*Interrupt or InterruptThenAbort*");
    }

    [Fact]
    public void Somebody_elses_interrupt_is_not_taken_for_ours()
    {
        using var source = new StopSource();

        FluentActions.Invoking(() => ForcedStop.Run(
            () =>
            {
                Thread.CurrentThread.Interrupt();
                Thread.CurrentThread.Join(0);
            },
            source.Token)).Should().Throw<ThreadInterruptedException>();
    }

    [Collection(Alone.Name)]
    public sealed class Races(ITestOutputHelper output)
    {
        [Fact(Timeout = Patience.RaceTimeout)]
        public async Task An_abort_that_comes_as_the_body_ends_leaves_nothing_pending()
        {
            var (source, cutOff, completed) = (new StopSource(), 0, 0);
            var rounds = await Race.Run(
                output,
                prepare: () => source = new StopSource(),
                [
                    () =>
                    {
                        try
                        {
                            ForcedStop.Run(() => Thread.SpinWait(50), source.Token);
                            completed++;
                        }
                        catch (StopRequestedException)
                        {
                            cutOff++;
                        }

                        // Throws if an interrupt is pending, or arrives while this waits.
                        Thread.CurrentThread.Join(0);
                    },
                    () => source.RequestAbort(),
                ],
                check: () => source.Dispose(),
                rounds: 3000);

            output.WriteLine($"{cutOff} cut off, {completed} completed");
            (cutOff + completed).Should().Be(rounds);
        }
    }

    private static void WaitWhateverComes(Gate isRunning, WaitHandle mayEnd)
    {
        try
        {
            isRunning.Open();
            mayEnd.WaitOne();
        }
        catch (ThreadInterruptedException)
        {
            mayEnd.WaitOne();
        }
    }
}
