using System.Diagnostics.Metrics;

namespace StopKit.Tests.Diagnostics;

/// <summary>A logger or a listener that blocks holds up neither a request nor an end.</summary>
[Collection(Alone.Name)] // all listeners of the process share one lane, in which the listener of this test is blocked
public sealed class BlockedLoggerTests
{
    private readonly Gate _mayWrite = new();
    private readonly ListLogger _log = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_request_runs_its_callbacks_and_returns_while_the_logger_blocks()
    {
        using var source = new StopSource(logger: new HeldLogger(_log, _mayWrite));
        var calls = 0;
        source.Token.OnStop(_ => calls++);
        source.Token.OnStop(_ => throw new TimeoutException());
        source.Token.OnAbort(_ => calls++);

        await Task.Run(() =>
        {
            source.RequestStop("enough").Should().BeTrue();
            source.RequestAbort("now").Should().BeTrue();
        });

        calls.Should().Be(2);
        OpenAndReadIds(count: 3).Should().Equal(1001, 1003, 1002);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_ends_and_is_joined_while_the_logger_blocks(WorkerKind kind)
    {
        var worker = TestWorkers.Make(kind, stop => stop.Wait(), options: new WorkerOptions { Logger = new HeldLogger(_log, _mayWrite) });

        var result = await Task.Run(() =>
        {
            worker.Start();
            return worker.Stop(TimeSpan.FromSeconds(20));
        });

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        await worker.DisposeAsync();
        OpenAndReadIds(count: 3).Should().BeEquivalentTo([2001, 1001, 2002]);
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_ends_and_is_joined_while_a_listener_blocks(WorkerKind kind)
    {
        var isBlocked = new Gate();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == "StopKit")
                it.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            isBlocked.Open();
            _mayWrite.Pass();
        });
        listener.Start();
        var worker = TestWorkers.Make(kind, stop => stop.Wait());

        var result = await Task.Run(() =>
        {
            worker.Start();
            return worker.Stop(TimeSpan.FromSeconds(20));
        });

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        await isBlocked.PassAsync();
        _mayWrite.Open();
        Patience.Until(() => BackgroundWriter.Flush(Patience.Limit)); // not at once: it was known to be stuck
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task One_logger_that_blocks_costs_another_no_line()
    {
        using var blocked = new StopSource(logger: new HeldLogger(new ListLogger(), _mayWrite));
        using var source = new StopSource(logger: _log);
        blocked.RequestStop();
        source.RequestStop("enough");

        await Task.Run(() => Patience.Until(() =>
        {
            BackgroundWriter.Flush(BackgroundWriter.Moment); // not the log's own: that waits long for the one that blocks
            return _log.Collector.Count == 1;
        }));

        _mayWrite.Open();
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Lines_are_there_when_the_end_of_a_worker_was_awaited(WorkerKind kind)
    {
        var log = new List<int>(); // looked at without a flush: that is what the join is to do
        var logger = new CallbackLogger { OnLog = id => { lock (log) log.Add(id); } };
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), options: new WorkerOptions { Logger = logger });

        // Up to a moment each: on a machine that is too busy for that the next one sees it.
        await worker.StopAsync();
        await Task.Run(() => Patience.Until(() =>
        {
            worker.Join();
            lock (log)
                return log.Count == 3;
        }));

        log.Should().BeEquivalentTo([2001, 1001, 2002]);
    }

    private IEnumerable<int> OpenAndReadIds(int count)
    {
        _mayWrite.Open();
        Patience.Until(() => _log.Entries.Count == count); // not at once: a flush does not wait for what was known to be stuck
        return _log.Entries.Select(entry => entry.Id);
    }
}
