namespace StopKit.Tests.Shutdown;

/// <summary>What needs no signal; the rest is in the process tests.</summary>
public sealed class StopAppTests
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_main_that_returns_gives_0()
    {
        (await Task.Run(() => StopApp.Run(_ => { }))).Should().Be(0);
        (await StopApp.RunAsync(async _ => await Task.Yield())).Should().Be(0);
        (await StopApp.RunAsync(TestWorkers.Make(WorkerKind.Thread, _ => { }))).Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_ExitException_gives_its_code()
    {
        (await Task.Run(() => StopApp.Run(_ => throw new ExitException(42)))).Should().Be(42);
        (await StopApp.RunAsync(async _ =>
        {
            await Task.Yield();
            throw new ExitException(42);
        })).Should().Be(42);
        (await StopApp.RunAsync(TestWorkers.Make(WorkerKind.Async, _ => throw new ExitException(42)))).Should().Be(42);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_synchronous_main_runs_on_the_calling_thread()
    {
        var isSame = await Task.Run(() =>
        {
            Thread? ofMain = null;
            StopApp.Run(_ => ofMain = Thread.CurrentThread);
            return ofMain == Thread.CurrentThread;
        });

        isSame.Should().BeTrue();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Main_gets_a_token_that_can_stop_and_cannot_any_more_afterwards()
    {
        StopToken token = default;
        var couldStop = false;

        await StopApp.RunAsync(stop =>
        {
            (token, couldStop) = (stop, stop.CanBeStopped);
            return Task.CompletedTask;
        });

        couldStop.Should().BeTrue();
        token.CanBeStopped.Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_root_worker_that_stops_itself_has_stopped_well()
    {
        Worker? root = null;
        root = TestWorkers.Make(WorkerKind.Thread, stop =>
        {
            root!.RequestStop("done for today");
            stop.ThrowIfStopRequested();
        });

        (await StopApp.RunAsync(root)).Should().Be(0);
        (await root.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_root_worker_that_was_started_is_refused()
    {
        var root = TestWorkers.Start(WorkerKind.Thread, _ => { });

        await FluentActions.Awaiting(() => StopApp.RunAsync(root)).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public void An_async_void_main_is_refused() =>
        FluentActions.Invoking(() => StopApp.Run(async stop => await stop.WaitAsync(TimeSpan.Zero))).Should().Throw<ArgumentException>()
            .WithParameterName("main").WithMessage("*async void*StopApp.RunAsync*");

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_missing_main_is_refused()
    {
        FluentActions.Invoking(() => StopApp.Run(null!)).Should().Throw<ArgumentNullException>().WithParameterName("main");
        await FluentActions.Awaiting(() => StopApp.RunAsync((Func<StopToken, Task>)null!)).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => StopApp.RunAsync((Worker)null!)).Should().ThrowAsync<ArgumentNullException>();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_failure_stops_the_root_group_within_the_grace_of_the_program()
    {
        StopReason? aborted = null;
        var root = new WorkerGroup("app");
        root.Add("failing", _ => throw new InvalidDataException("bad header"));
        root.Add("slow", stop =>
        {
            stop.Aborting.WaitHandle.WaitOne();
            aborted = stop.AbortReason;
        });

        (await StopApp.RunAsync(root, new ShutdownOptions { Grace = TimeSpan.FromMilliseconds(50) })).Should().Be(1);

        aborted!.Message.Should().Be("grace of 50 ms expired");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_shorter_grace_of_the_group_itself_stays()
    {
        StopReason? aborted = null;
        var root = new WorkerGroup("app", options: new WorkerOptions { Grace = TimeSpan.FromMilliseconds(60) });
        root.Add("failing", _ => throw new InvalidDataException("bad header"));
        root.Add("slow", stop =>
        {
            stop.Aborting.WaitHandle.WaitOne();
            aborted = stop.AbortReason;
        });

        (await StopApp.RunAsync(root, new ShutdownOptions { Grace = TimeSpan.FromHours(1) })).Should().Be(1);

        aborted!.Message.Should().Be("grace of 60 ms expired");
    }
}
