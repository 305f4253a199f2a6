using Microsoft.Extensions.Logging;

namespace StopKit.Tests.Workers;

/// <summary>Every message of a worker's life, by its event id; that of an abandon is with the stops.</summary>
public sealed class LogTests
{
    private readonly ListLogger _logger = new();

    private WorkerOptions Options => new() { Logger = _logger };

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Start_and_end_are_2001_and_2002(WorkerKind kind)
    {
        await TestWorkers.Start(kind, _ => { }, options: Options, name: "one").Completion;

        _logger.Entries.Should().Equal(
            new ListLogger.Entry(2001, LogLevel.Debug, "one: Started", null),
            new ListLogger.Entry(2002, LogLevel.Information, "one: Completed", null));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_fault_is_2003_with_its_exception_and_no_2002(WorkerKind kind)
    {
        var thrown = new InvalidDataException();

        await TestWorkers.Start(kind, _ => throw thrown, options: Options, name: "one").Completion;

        _logger.Entries.Select(entry => entry.Id).Should().Equal(2001, 2003);
        _logger.Entries[^1].Should().Be(new ListLogger.Entry(2003, LogLevel.Error, "one: Faulted", thrown));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task Stop_and_abort_are_1001_and_1002(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => Patience.Until(() => stop.IsAbortRequested), options: Options);
        worker.RequestStop("enough");
        worker.RequestStop("again");
        worker.RequestAbort("too late");
        await worker.Completion;

        _logger.Entries.Where(entry => entry.Id < 2000).Should().Equal(
            new ListLogger.Entry(1001, LogLevel.Debug, "Stop requested: enough", null),
            new ListLogger.Entry(1002, LogLevel.Information, "Abort requested: too late", null));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_abort_that_comes_with_the_stop_is_1002_as_well(WorkerKind kind)
    {
        var worker = TestWorkers.Start(kind, stop => Patience.Until(() => stop.IsAbortRequested), options: Options);
        worker.RequestStop("enough", grace: TimeSpan.Zero);
        await worker.Completion;

        _logger.Entries.Where(entry => entry.Id < 2000).Should().Equal(
            new ListLogger.Entry(1001, LogLevel.Debug, "Stop requested: enough", null),
            new ListLogger.Entry(1002, LogLevel.Information, "Abort requested: grace of 0 ms expired", null));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_failed_callback_is_1003_with_its_exception(WorkerKind kind)
    {
        var thrown = new InvalidDataException();
        var isRegistered = new Gate();
        var worker = TestWorkers.Start(
            kind,
            stop =>
            {
                stop.OnStop(_ => throw thrown);
                isRegistered.Open();
                stop.Wait();
            },
            options: Options);
        await isRegistered.PassAsync();

        worker.RequestStop();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Stopped);
        _logger.Entries.Should().ContainSingle(entry => entry.Id == 1003).Which
            .Should().Be(new ListLogger.Entry(1003, LogLevel.Error, "A stop callback failed", thrown));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_worker_that_does_not_run_is_told_once_and_not_as_started(WorkerKind kind)
    {
        var worker = TestWorkers.Make(kind, _ => { }, options: new WorkerOptions { Logger = _logger, TimeProvider = new ManualClock() }, name: "one");

        await worker.StopAsync();

        _logger.Entries.Select(entry => (entry.Id, entry.Text)).Should().Equal(
            (1001, "Stop requested: stop requested"), (2002, "one: NotRun after 0 ms (stop requested)"));
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task An_abandoned_worker_that_faults_later_is_told_with_its_exception(WorkerKind kind)
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Start(
            kind,
            _ =>
            {
                mayEnd.Pass();
                throw new InvalidDataException();
            },
            options: new WorkerOptions { Logger = _logger, AbortPeriod = TimeSpan.Zero });
        (await Task.Run(() => worker.Stop(TimeSpan.Zero))).Outcome.Should().Be(WorkerOutcome.Abandoned);

        mayEnd.Open();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Faulted);
        _logger.Entries.TakeLast(3).Select(entry => entry.Id).Should().Equal(2004, 2003, 2005);
        _logger.Entries.TakeLast(2).Should().OnlyContain(entry => entry.Exception is InvalidDataException);
        _logger.Entries[^1].Text.Should().StartWith("Abandoned, but ended later: ").And.Contain(": Faulted after ");
    }

    [Theory(Timeout = Patience.TestTimeout), EveryKind]
    public async Task A_logger_that_throws_harms_nothing(WorkerKind kind)
    {
        var calls = 0;
        var logger = new CallbackLogger
        {
            OnLog = _ =>
            {
                Interlocked.Increment(ref calls);
                throw new InvalidOperationException("the log is broken");
            },
        };
        var worker = TestWorkers.Start(kind, stop => stop.Wait(), options: new WorkerOptions { Logger = logger });
        using var registration = worker.StopToken.OnStop(_ => throw new InvalidDataException());

        (await worker.StopAsync()).Outcome.Should().Be(WorkerOutcome.Stopped);
        Patience.Until(() => Volatile.Read(ref calls) >= 4); // started, stop, failed callback (maybe on the pool), ended
    }
}
