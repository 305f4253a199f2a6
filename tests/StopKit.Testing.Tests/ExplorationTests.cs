using System.Runtime.CompilerServices;

namespace StopKit.Testing.Tests;

/// <summary>Which looks are explored, and how a failure is found again.</summary>
public sealed class ExplorationTests
{
    [Fact]
    public async Task A_look_is_run_again_by_its_number_with_the_same_end()
    {
        var replay = () => StopTest.AtLookAsync(
            5, () => new Bank(), (bank, stop) => bank.TransferInHalves(stop), (bank, result) => bank.MustBeWhole());

        var first = (await replay.Should().ThrowAsync<StopTestException>()).Which.Message;
        var second = (await replay.Should().ThrowAsync<StopTestException>()).Which.Message;

        first.Should().StartWith("stopped at look 5 (TransferInHalves, Bank.cs:25): Expected 100, but found 99.");
        second.Should().Be(first);
    }

    [Fact]
    public async Task A_look_that_is_well_ends_with_a_report()
    {
        var report = await StopTest.AtLookAsync(
            4, () => new Bank(), (bank, stop) => bank.TransferInHalves(stop), (bank, result) => bank.MustBeWhole());

        report.HasFailed.Should().BeFalse();
        report.RunCount.Should().Be(2, "it is stopped once and aborted once");
    }

    [Fact]
    public async Task A_look_that_never_comes_is_told()
    {
        var replay = () => StopTest.AtLookAsync(
            99, () => new Bank(), (bank, stop) => bank.TransferWhole(stop), (bank, result) => bank.MustBeWhole());

        await replay.Should().ThrowAsync<StopTestException>().WithMessage("There is no look 99: the run has ended before it.");
    }

    [Fact]
    public async Task A_look_of_a_member_is_run_again_by_its_number()
    {
        var replay = () => StopTest.AtLookAsync(
            15,
            () => new Bank(),
            bank =>
            {
                var group = new WorkerGroup("bank");
                group.Add("a", bank.TransferWhole);
                group.Add("b", new Bank().TransferInHalves);
                return group;
            },
            (bank, result) => result.Outcome.Should().Be(WorkerOutcome.Completed),
            new StopTestOptions { Stages = StopTestStages.Stop });

        await replay.Should().ThrowAsync<StopTestException>()
            .WithMessage("stopped at look 15 of 21 (bank/b: TransferInHalves, Bank.cs:25): *");
    }

    [Fact]
    public async Task A_long_run_is_sampled_by_its_seed_and_a_failure_narrowed_down_to_its_first_look()
    {
        static Task<StopTestReport> Explore() => StopTest.ExploreAsync(
            () => new StrongBox<bool>(),
            (isRotten, stop) =>
            {
                for (var look = 1; look <= 5000; look++)
                {
                    if (look == 1234)
                        isRotten.Value = true;
                    if (stop.IsStopRequested)
                        return;
                }

                isRotten.Value = false;
            },
            (isRotten, result) => isRotten.Value.Should().BeFalse(),
            new StopTestOptions { MaxRuns = 10, Seed = 42 });

        var report = await Explore();

        report.FailedLook.Should().Be(1234);
        report.Seed.Should().Be(42);
        report.Failure.Should().StartWith("stopped at look 1234 of 5000 (")
            .And.EndWith("Replay: StopTest.AtLookAsync(1234, …) Seed: 42.");
        (await Explore()).ToString().Should().Be(report.ToString());
    }

    [Fact]
    public async Task A_sample_has_a_look_of_each_part()
    {
        var report = await StopTest.ExploreAsync(
            () => new object(),
            (scene, stop) =>
            {
                for (var look = 0; look < 1000 && !stop.IsStopRequested; look++)
                {
                }
            },
            (scene, result) => { },
            new StopTestOptions { MaxRuns = 20, Stages = StopTestStages.Stop });

        report.ThrowIfFailed();
        report.ToString().Should().Be($"20 of 1000 looks explored in 22 runs, seed {report.Seed}: nothing found");
    }

    [Fact]
    public async Task Each_stage_can_be_explored_alone()
    {
        var outcomes = new List<WorkerOutcome>();

        var report = await StopTest.ExploreAsync(
            () => new object(),
            (scene, stop) => _ = stop.IsStopRequested,
            (scene, result) => outcomes.Add(result.Outcome),
            new StopTestOptions { Stages = StopTestStages.Abort });

        report.ThrowIfFailed();
        outcomes.Should().Equal(WorkerOutcome.Completed, WorkerOutcome.Completed, WorkerOutcome.Aborted);
    }

    [Fact]
    public async Task A_scene_is_disposed_after_its_run()
    {
        var disposed = 0;

        await StopTest.ExploreAsync(
            () => new Scope(() => disposed++), (scene, stop) => _ = stop.IsStopRequested, (scene, result) => scene.IsDisposed.Should().BeFalse());

        disposed.Should().Be(4);
    }

    [Fact]
    public async Task A_check_that_nothing_can_wait_for_is_refused()
    {
        var explore = () => StopTest.ExploreAsync(
            () => new object(), (scene, stop) => { }, async (scene, result) => await Task.Yield());

        (await explore.Should().ThrowAsync<ArgumentException>()).Which.ParamName.Should().Be("check");
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        ((Func<object>)(static () => new StopTestOptions { Deadline = TimeSpan.Zero })).Should().Throw<ArgumentOutOfRangeException>();
        ((Func<object>)(static () => new StopTestOptions { MaxRuns = 0 })).Should().Throw<ArgumentOutOfRangeException>();
        ((Func<object>)(static () => new StopTestOptions { MaxLooksAfterStop = -1 })).Should().Throw<ArgumentOutOfRangeException>();
        ((Func<object>)(static () => new StopTestOptions { Stages = 0 })).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_probe_outside_of_a_run_does_nothing()
    {
        var probe = new StopTestProbe();

        probe.Point("anywhere");
        probe.Wrap<IComparer<int>>(Comparer<int>.Default).Compare(1, 2).Should().BeNegative();

        probe.Invoking(static probe => probe.Wrap("no interface")).Should().Throw<ArgumentException>();
    }

    private sealed class Scope(Action dispose) : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        public void Dispose()
        {
            IsDisposed = true;
            dispose();
        }
    }
}
