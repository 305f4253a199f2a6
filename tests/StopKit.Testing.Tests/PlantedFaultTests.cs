namespace StopKit.Testing.Tests;

/// <summary>Each of these workers has a fault at one place, which is found and named.</summary>
public sealed class PlantedFaultTests
{
    private static readonly StopTestOptions Impatient = new() { Deadline = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task A_transfer_that_is_half_done_is_found_with_its_look_and_its_line()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new Bank(),
            body: (bank, stop) => bank.TransferInHalves(stop),
            check: (bank, result) => bank.MustBeWhole());

        report.FailedLook.Should().Be(5);
        report.Failure.Should().MatchRegex(
            @"^stopped at look 5 of 11 \(TransferInHalves, Bank\.cs:25\): Expected 100, but found 99\. "
            + @"Replay: StopTest\.AtLookAsync\(5, …\)$");
        report.ToString().Should().StartWith("5 of 11 looks explored in 7 runs: stopped at look 5 of 11");
        report.Invoking(static report => report.ThrowIfFailed()).Should().Throw<StopTestException>()
            .WithMessage(report.Failure).WithInnerException<InvalidOperationException>();
    }

    [Fact]
    public async Task A_lock_that_is_kept_is_found()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new SemaphoreSlim(1),
            body: async (theLock, stop) =>
            {
                await theLock.WaitAsync(stop);
                await Task.Yield();
                stop.ThrowIfStopRequested(); // the fault: no finally
                theLock.Release();
            },
            check: (theLock, result) => theLock.CurrentCount.Should().Be(1));

        report.FailedLook.Should().Be(2);
        report.Failure.Should().StartWith("stopped at look 2 of 2 (").And.Contain("PlantedFaultTests.cs:").And.Contain("but found 0");
    }

    [Fact]
    public async Task A_temporary_file_that_is_left_behind_is_found()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new TempFolder(),
            body: (folder, stop) =>
            {
                var file = Path.Combine(folder.Path, "export.tmp");
                File.WriteAllText(file, "half");
                if (stop.Wait(TimeSpan.FromSeconds(1)))
                    return; // the fault
                File.Delete(file);
            },
            check: (folder, result) => Directory.GetFiles(folder.Path).Should().BeEmpty());

        report.Failure.Should().StartWith("stopped at look 1 of 1 (").And.Contain("export.tmp");
    }

    [Fact]
    public async Task A_stop_that_is_swallowed_is_found_by_the_looks_that_follow()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new object(),
            body: async (scene, stop) =>
            {
                for (var item = 0; item < 20; item++)
                {
                    try
                    {
                        stop.ThrowIfStopRequested();
                        await Task.Yield();
                    }
                    catch (OperationCanceledException)
                    {
                        // The fault.
                    }
                }
            },
            check: (scene, result) => { },
            new StopTestOptions { MaxLooksAfterStop = 3 });

        report.Failure.Should().StartWith("stopped at look 1 of 20 (")
            .And.Contain("body (no checkpoint) goes on after 3 looks: 4 looks since the stop, the last at ThrowIfStopRequested");
    }

    [Fact]
    public async Task A_loop_of_retries_that_never_looks_is_named_with_its_last_checkpoint()
    {
        using var end = new ManualResetEventSlim();

        var report = await StopTest.ExploreAsync(
            arrange: () => new object(),
            body: (scene, stop) =>
            {
                stop.Checkpoint("Connect", "/src/Mailer.cs", 42);
                while (stop.IsStopRequested && !end.IsSet)
                    Thread.Yield(); // the fault: it tries again and again, once the stop has cut off the connection
            },
            check: (scene, result) => { },
            Impatient with { MaxLooksAfterStop = 0 });
        end.Set();

        report.Failure.Should().StartWith("stopped at look 1 of 2 (Connect, Mailer.cs:42): body (last checkpoint: Connect, Mailer.cs:42, ")
            .And.Contain("goes on after 0 looks: 1 look since the stop, the last at IsStopRequested")
            .And.Contain("left behind in the background");
    }

    [Fact]
    public async Task A_worker_that_does_not_look_any_more_is_given_up_at_the_deadline()
    {
        using var end = new ManualResetEventSlim();

        var report = await StopTest.ExploreAsync(
            arrange: () => new object(),
            body: (scene, stop) =>
            {
                if (stop.IsStopRequested)
                    end.Wait(); // the fault
            },
            check: (scene, result) => { },
            Impatient);
        end.Set();

        report.Failure.Should().StartWith("stopped at look 1 of 1 (")
            .And.Contain("body (no checkpoint) has not ended within 2 s: 0 looks since the stop, the last at IsStopRequested");
    }

    [Fact]
    public async Task An_item_that_is_lost_between_dequeue_and_handling_is_found()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => (Queue: new Queue<int>([1, 2, 3]), Handled: new List<int>()),
            body: async (scene, stop) =>
            {
                while (scene.Queue.TryDequeue(out var item))
                {
                    if (await stop.WaitAsync(TimeSpan.FromSeconds(1)))
                        return; // the fault
                    scene.Handled.Add(item);
                }
            },
            check: (scene, result) => scene.Handled.Concat(scene.Queue).Should().Equal(1, 2, 3));

        report.Failure.Should().StartWith("stopped at look 1 of 3 (").And.Contain("Replay: StopTest.AtLookAsync(1, …)");
    }

    [Fact]
    public async Task A_cleanup_that_needs_the_stopped_token_is_found()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new BadCleaner(),
            worker: cleaner => cleaner,
            check: (cleaner, result) => { },
            new StopTestOptions { MustCleanUp = true });

        report.Failure.Should().StartWith("stopped at look 1 of ").And.Contain("cleaner: Faulted").And.Contain("TaskCanceledException");
    }

    [Fact]
    public async Task A_scope_that_is_left_open_is_found()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new object(),
            body: (scene, stop) =>
            {
                var scope = StopSource.LinkedTo(stop);
                if (!scope.Token.IsStopRequested)
                    scope.Dispose();
            },
            check: (scene, result) => { },
            new StopTestOptions { MustCleanUp = true });

        report.Failure.Should().Contain("body left 1 scope of its token undisposed");
    }

    [Fact]
    public async Task A_restart_that_finds_rotten_state_is_found()
    {
        static void Work(List<string> state, StopToken stop)
        {
            state.Should().BeEmpty("the last run cleans up");
            state.Add("locked");
            if (stop.IsStopRequested)
                return; // the fault
            state.Clear();
        }

        var report = await StopTest.ExploreAsync(
            arrange: () => new List<string>(),
            body: Work,
            check: (state, result) => { },
            new StopTestOptions { RunAgain = static state => Worker.OnThread("again", stop => Work((List<string>)state, stop)) });

        report.Failure.Should().StartWith("stopped at look 1 of 1 (")
            .And.Contain("run again: again: Faulted").And.Contain("the last run cleans up");
    }

    [Fact]
    public async Task A_second_stop_that_hangs_is_found()
    {
        using var gate = new SemaphoreSlim(0);

        var report = await StopTest.ExploreAsync(
            arrange: () => new object(),
            body: (scene, stop) =>
            {
                if (stop.IsStopRequested)
                    return;
                var isTied = false;
                var second = stop.OnAbort(_ => WaitIf(isTied)); // the fault
                isTied = true;
                _ = stop.IsStopRequested;
                second.Unregister();
            },
            check: (scene, result) => { },
            Impatient);
        gate.Release(10);
        void WaitIf(bool isTied)
        {
            if (isTied)
                gate.Wait();
        }

        report.Failure.Should().StartWith("aborted at look 3 of 3 (").And.Contain("a callback of the abort has not returned within 2 s");
    }

    [Fact]
    public async Task A_fault_between_two_calls_is_found_at_a_point()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new Shop(),
            body: (shop, stop) => shop.SellAsync(stop),
            check: (shop, result) => shop.Paid.Should().Be(shop.Sent));

        report.Failure.Should().StartWith("stopped at look 2 of 6 (before PayAsync, SellAsync, Shop.cs:");
    }

    [Fact]
    public async Task A_member_of_a_group_is_named()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new Bank(),
            worker: bank =>
            {
                var group = new WorkerGroup("bank");
                group.Add("clerk", bank.TransferInHalves);
                group.Add("guard", static stop =>
                {
                    for (var round = 0; round < 5 && !stop.IsStopRequested; round++)
                    {
                    }
                });
                return group;
            },
            check: (bank, result) => bank.MustBeWhole());

        report.LookCount.Should().Be(16);
        report.Failure.Should()
            .StartWith("stopped at look 5 of 16 (bank/clerk: TransferInHalves, Bank.cs:25): Expected 100, but found 99.");
    }

    [Fact]
    public async Task A_fault_without_a_stop_is_told_apart()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new object(),
            body: (scene, stop) => throw new InvalidOperationException("no file"),
            check: (scene, result) => { });

        report.ToString().Should()
            .Be("0 of 0 looks explored in 1 runs: without a stop: body: Faulted: InvalidOperationException: no file.");
    }

    [Fact]
    public async Task A_body_that_is_not_deterministic_is_reported_with_both_traces()
    {
        var looks = 0;

        var report = await StopTest.ExploreAsync(
            arrange: () => ++looks,
            body: (count, stop) =>
            {
                for (var look = 0; look < count; look++)
                    _ = stop.IsStopRequested;
            },
            check: (scene, result) => { });

        report.FailedLook.Should().BeNull();
        report.Failure.Should().StartWith("not deterministic: the looks differ from run to run")
            .And.MatchRegex(@"One run:\s+body: 1 looks\s+1 IsStopRequested \(.*\.cs:\d+\)\s+Another run:\s+body: 2 looks\s+1 .*\s+2 ");
    }

    private sealed class BadCleaner() : AsyncWorker("cleaner")
    {
        protected override Task RunAsync(StopToken stop)
        {
            _ = stop.IsStopRequested;
            return Task.CompletedTask;
        }

        protected override Task CleanUpAsync(StopToken shielded) =>
            Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, StopToken.Stopping);
    }
}
