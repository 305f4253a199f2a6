namespace StopKit.Tests.Tokens;

/// <summary>The hook of StopKit.Testing: what a probe is told of, and that nothing else is.</summary>
public sealed class ProbeTests : IDisposable
{
    private readonly StopSource _source = new();
    private readonly Recorder _probe = new();

    public ProbeTests() => StopProbe.Attach(_source, _probe);

    public void Dispose() => _source.Dispose();

    [Fact]
    public void Each_reading_of_a_token_is_one_look()
    {
        var stop = _source.Token;
        using var handle = new ManualResetEvent(initialState: true);

        _ = stop.IsStopRequested;
        _ = stop.IsAbortRequested;
        stop.ThrowIfStopRequested();
        stop.ThrowIfAbortRequested();
        stop.Wait(TimeSpan.Zero);
        stop.Wait(handle);
        _ = stop.WaitAsync(TimeSpan.Zero).AsTask();
        stop.Checkpoint("Drain", "Mailer.cs", 42);
        stop.OnStop(static _ => { }).Dispose();
        stop.OnAbort(static _ => { }).Dispose();
        _ = stop.Stopping;
        _ = stop.Aborting;
        _ = (CancellationToken)stop;

        _probe.Looks.Should().Equal(
            "IsStopRequested", "IsAbortRequested", "ThrowIfStopRequested", "ThrowIfAbortRequested", "Wait", "Wait", "WaitAsync",
            "Checkpoint Drain Mailer.cs 42", "OnStop", "OnAbort", "Stopping", "Aborting", "Stopping");
    }

    [Fact]
    public void Reading_what_is_known_of_the_stop_is_no_look()
    {
        _source.RequestStop("enough");

        _ = _source.Token is { Stage: StopStage.Stopping, Reason: not null, CanBeStopped: true, AbortReason: null };
        _ = _source.IsStopRequested;

        _probe.Looks.Should().BeEmpty();
    }

    [Fact]
    public void A_look_that_throws_is_one_look()
    {
        _source.RequestAbort();

        ((Action)_source.Token.ThrowIfStopRequested).Should().Throw<StopRequestedException>();
        ((Action)_source.Token.ThrowIfAbortRequested).Should().Throw<StopRequestedException>();

        _probe.Looks.Should().Equal("ThrowIfStopRequested", "ThrowIfAbortRequested");
    }

    [Theory]
    [InlineData(StopStage.Stopping)]
    [InlineData(StopStage.Aborting)]
    public void A_look_sees_what_its_probe_requests(StopStage stage)
    {
        _probe.AtLook = () => StopProbe.RequestInBackground(_source, stage, "probed");

        (stage == StopStage.Aborting ? _source.Token.IsAbortRequested : _source.Token.IsStopRequested).Should().BeTrue();

        _source.Token.Reason!.ToString().Should().Contain("probed");
    }

    [Fact]
    public void A_probe_requests_nothing_for_the_stage_of_a_source_that_runs()
    {
        StopProbe.RequestInBackground(_source, StopStage.Running, "nothing").IsCompleted.Should().BeTrue();

        _source.IsStopRequested.Should().BeFalse();
    }

    [Fact]
    public void A_scope_below_counts_and_a_shield_does_not()
    {
        using var scope = StopSource.LinkedTo(_source.Token);
        using var joined = StopSource.LinkedTo([StopToken.None, _source.Token]);
        using var shield = scope.Token.Shield(TimeSpan.FromSeconds(5));
        using var below = StopSource.LinkedTo(shield.Token);

        _ = scope.Token.IsStopRequested;
        _ = joined.Token.IsAbortRequested;
        _ = shield.Token.IsStopRequested;
        _ = below.Token.IsStopRequested;

        _probe.Looks.Should().Equal("IsStopRequested", "IsAbortRequested");
    }

    [Fact]
    public void A_source_without_a_probe_tells_none()
    {
        using var other = new StopSource();
        other.RequestStop();

        _ = other.Token.IsStopRequested;

        _probe.Looks.Should().BeEmpty();
    }

    [Fact]
    public async Task Waits_are_told_with_their_clock_also_below_a_shield()
    {
        var clock = new ManualClock();
        using var source = new StopSource(clock);
        StopProbe.Attach(source, _probe);
        using var shield = source.Token.Shield(TimeSpan.FromSeconds(9));

        var wait = source.Token.WaitAsync(TimeSpan.FromSeconds(1)).AsTask();
        var shielded = shield.Token.WaitAsync(TimeSpan.FromSeconds(2)).AsTask();
        var unset = new StopEvent(timeProvider: clock).WaitAsync(TimeSpan.FromSeconds(3), source.Token).AsTask();
        _probe.Waited.Should().Equal("1 s", "2 s", "3 s");
        clock.Advance(TimeSpan.FromSeconds(3));

        (await wait).Should().BeFalse();
        (await shielded).Should().BeFalse();
        (await unset).Should().BeFalse();
        _probe.Waited.Should().Equal(["1 s", "2 s", "3 s", "end", "end", "end"]);
    }

    [Fact]
    public void A_thread_that_waits_is_told_of_too()
    {
        _source.Token.Wait(TimeSpan.FromMilliseconds(1));
        new StopEvent().Wait(TimeSpan.FromMilliseconds(1), _source.Token);

        _probe.Waited.Should().Equal("0.001 s", "end", "0.001 s", "end");
    }

    [Fact]
    public async Task A_worker_that_starts_below_has_a_probe_and_a_clock_of_its_own()
    {
        TimeProvider? clock = null;
        await using var worker = new Clocked(options => clock = options.TimeProvider);
        _probe.Clock = new ManualClock();

        worker.Start(_source.Token);
        await worker.Completion.WaitAsync(Patience.Limit);

        clock.Should().BeSameAs(_probe.Clock);
        _probe.Looks.Should().BeEmpty();
        _probe.Workers.Should().ContainSingle().Which.Looks.Should().Equal("IsStopRequested", "ended");
    }

    [Fact]
    public async Task What_is_read_of_a_worker_from_outside_is_no_look()
    {
        var clocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = Worker.OnTasks("waits", _ => clocked.Task);
        worker.Start(_source.Token);

        _ = worker.StopToken.IsStopRequested;
        using (var scope = StopSource.LinkedTo(worker.StopToken))
            _ = scope.Token.IsStopRequested;
        clocked.SetResult();
        await worker.Completion.WaitAsync(Patience.Limit);

        _probe.Workers.Should().ContainSingle().Which.Looks.Should().Equal("ended");
    }

    [Fact]
    public async Task The_members_of_a_group_have_probes_of_their_own()
    {
        await using var group = new WorkerGroup("app");
        group.Add("one", static stop => _ = stop.IsStopRequested);
        group.Add("two", static async stop => await stop.WaitAsync(TimeSpan.Zero), order: 1);

        group.Start(_source.Token);
        await group.Completion.WaitAsync(Patience.Limit);

        var members = _probe.Workers.Should().ContainSingle().Which.Workers;
        members.Select(static member => string.Join(", ", member.Looks)).Should().Equal("IsStopRequested, ended", "WaitAsync, ended");
    }

    [Fact]
    public async Task A_queue_looks_before_each_item_and_its_handler_through_its_own_token()
    {
        await using var queue = Worker.ForEach<int>("items", static (item, stop) =>
        {
            _ = stop.IsAbortRequested;
            return Task.CompletedTask;
        });
        queue.TryPost(1).Should().BeTrue();
        queue.TryPost(2).Should().BeTrue();
        queue.Complete();

        queue.Start(_source.Token);
        await queue.Completion.WaitAsync(Patience.Limit);

        _probe.Workers.Should().ContainSingle().Which.Looks
            .Should().Equal("HandleAsync", "IsAbortRequested", "HandleAsync", "IsAbortRequested", "ended");
    }

    private sealed class Clocked(Action<WorkerOptions> tell) : AsyncWorker("clocked")
    {
        protected override Task RunAsync(StopToken stop)
        {
            tell(Options);
            _ = stop.IsStopRequested;
            return Task.CompletedTask;
        }
    }

    private sealed class Recorder : StopProbe
    {
        internal List<string> Looks { get; } = [];

        internal List<string> Waited { get; } = [];

        internal List<Recorder> Workers { get; } = [];

        internal TimeProvider? Clock { get; set; }

        internal Action? AtLook { get; set; }

        public override void OnLook(string member, string method, string file, int line)
        {
            Looks.Add(line == 0 ? member : $"{member} {method} {file} {line}");
            AtLook?.Invoke();
        }

        public override StopProbe? OnWorkerStarting(object worker, ref TimeProvider? clock)
        {
            clock = Clock;
            var probe = new Recorder { Clock = Clock };
            Workers.Add(probe);
            return probe;
        }

        public override void OnWorkerEnded() => Looks.Add("ended");

        public override IDisposable? OnWaiting(StopSource source, TimeProvider clock, TimeSpan timeout, Func<bool> isReleased)
        {
            lock (Waited)
                Waited.Add(FormattableString.Invariant($"{timeout.TotalSeconds} s"));
            return new EndOfWait(Waited);
        }

        private sealed class EndOfWait(List<string> waits) : IDisposable
        {
            public void Dispose()
            {
                lock (waits)
                    waits.Add("end");
            }
        }
    }
}
