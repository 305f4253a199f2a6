using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace StopKit.Tests.Diagnostics;

/// <summary>Each event of the log, in the situation it tells of.</summary>
public sealed partial class LogTests
{
    private const int FirstOfHosting = 4001; // the events of that package have a test of their own

    private static readonly Dictionary<int, Func<ILogger, Task>> Situations = new()
    {
        [1001] = RequestStop,
        [1002] = RequestAbort,
        [1003] = FailInCallback,
        [1004] = HoldUpTheLog,
        [1005] = StopByBrokenClock,
        [2001] = RunToTheEnd,
        [2002] = RunToTheEnd,
        [2003] = Fault,
        [2004] = AbandonAndEnd,
        [2005] = AbandonAndEnd,
        [2006] = RestartOnce,
        [2007] = RestartLater,
        [2008] = RestartWithBrokenHandler,
        [3001] = StopProcess,
        [3002] = StopProcess,
        [3003] = EndProcessStop,
        [3004] = EndProcessStop,
        [3101] = RunChild,
        [3102] = StopChild,
        [3103] = RunChild,
        [3104] = RunChildWithBrokenCallback,
        [3105] = RunChildWithBlockedCallback,
        [3106] = StartChildWithoutSetsid,
    };

    private readonly ListLogger _log = new();

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(1001, LogLevel.Debug, "Stop requested: enough")]
    [InlineData(1002, LogLevel.Information, "Abort requested: too late")]
    [InlineData(1003, LogLevel.Error, "A stop callback failed", "broken callback")]
    [InlineData(1004, LogLevel.Warning, "5 log entries of StopKit were dropped: the logger did not keep up")]
    [InlineData(1005, LogLevel.Error, "The clock made no timer for a deadline, which runs on the system's clock instead", "no timer")]
    [InlineData(2001, LogLevel.Debug, "one: Started")]
    [InlineData(2002, LogLevel.Information, "one: Completed")]
    [InlineData(2003, LogLevel.Error, "one: Faulted", "broken body")]
    [InlineData(2004, LogLevel.Warning, "one: Abandoned after 0 ms (stop requested), last seen at Stuck, Mailer.cs:42, 0 ms ago")]
    [InlineData(2005, LogLevel.Information, "Abandoned, but ended later: one: Aborted after 0 ms (stop requested)")]
    [InlineData(2006, LogLevel.Warning, "one: Restarts in 00:00:0")]
    [InlineData(2007, LogLevel.Warning, "one: Restart waits for the end of 1 late")]
    [InlineData(2008, LogLevel.Error, "app/one: A handler of MemberRestarted failed", "broken handler")]
    [InlineData(3001, LogLevel.Debug, "Process ")]
    [InlineData(3002, LogLevel.Information, "process ")]
    [InlineData(3003, LogLevel.Warning, "Process 4711: Descendants were killed: 4712, 4713")]
    [InlineData(3004, LogLevel.Warning, "Not confirmed: process 4711 was killed after the grace of 10 s, and descendants were killed: 4712, 4713; not ended: 4711")]
    [InlineData(3101, LogLevel.Debug, "one: Started process ")]
    [InlineData(3102, LogLevel.Information, "one: Stops process ")]
    [InlineData(3103, LogLevel.Information, "one stdout: hello")]
    [InlineData(3104, LogLevel.Error, "one: A callback for stdout failed; the first time is logged, and the lines go on", "broken callback")]
    [InlineData(3105, LogLevel.Warning, "one: stdout did not end with process ")]
    [InlineData(3106, LogLevel.Warning, "one: The program setsid was not found: Ctrl+C of a terminal reaches process 4711 before it is asked")]
    public async Task An_event_is_logged_once_in_its_situation(int id, LogLevel level, string text, string? exception = null)
    {
        await Situations[id](_log);

        var entry = _log.Entries.Should().ContainSingle(entry => entry.Id == id, "the log is {0}", Text(_log)).Which;
        entry.Level.Should().Be(level);
        entry.Text.Should().StartWith(text);
        entry.Exception?.Message.Should().Be(exception);
        (entry.Exception is null).Should().Be(exception is null);
    }

    [Fact]
    public void Every_event_is_tested_and_listed_in_the_docs()
    {
        var ids = typeof(StopSource).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .ToDictionary(message => message.EventId, message => message.Level);

        ids.Should().NotBeEmpty();
        Situations.Keys.Should().BeEquivalentTo(ids.Keys);
        Rows().Matches(File.ReadAllText(Repository.PathOf("docs", "operations.md")))
            .ToDictionary(row => int.Parse(row.Groups["id"].Value), row => Enum.Parse<LogLevel>(row.Groups["level"].Value))
            .Where(row => row.Key < FirstOfHosting)
            .Should().BeEquivalentTo(ids);
    }

    [Fact]
    public void A_second_request_and_what_flows_down_is_not_logged_again()
    {
        using var source = new StopSource(logger: _log);
        using var child = StopSource.LinkedTo(source.Token);

        source.RequestStop("enough");
        source.RequestStop("again");
        child.RequestStop("below");

        Ids().Should().Equal(1001);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(0, "0 ms")]
    [InlineData(3, "3 s")]
    public async Task An_abort_at_the_end_of_the_grace_is_logged_like_any_other(int seconds, string limit)
    {
        var clock = new ManualClock();
        using var source = new StopSource(clock, _log);

        source.RequestStop("enough", grace: TimeSpan.FromSeconds(seconds));
        clock.Advance(TimeSpan.FromSeconds(seconds));

        Ids().Should().Equal(1001, 1002);
        _log.Entries[^1].Text.Should().Be($"Abort requested: grace of {limit} expired");
        await Task.CompletedTask;
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_that_does_not_run_is_logged_as_finished_alone()
    {
        var clock = new ManualClock();
        using var stopped = new StopSource(clock);
        stopped.RequestStop("closing time");

        await AsyncWorker.Start("one", _ => Task.CompletedTask, stopped.Token, new WorkerOptions { Logger = _log, TimeProvider = clock }).Completion;

        Ids().Should().Equal(2002);
        _log.Entries[0].Text.Should().Be("one: NotRun after 0 ms (closing time)");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Events_come_in_the_order_of_the_workers_life()
    {
        var mayEnd = new Gate(); // a worker that is quick could end before the request is logged
        var worker = AsyncWorker.Start(
            "one",
            async stop =>
            {
                await stop.WaitAsync(Patience.Limit);
                await mayEnd.PassAsync();
            },
            options: new WorkerOptions { Logger = _log });

        worker.RequestStop();
        mayEnd.Open();
        await worker.Completion;

        Ids().Should().Equal(2001, 1001, 2002);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_end_is_in_the_queue_of_the_log_before_a_wait_for_it_goes_on()
    {
        for (var round = 0; round < 1000; round++)
        {
            var log = new ListLogger();
            await AsyncWorker.Start("one", _ => Task.CompletedTask, options: new WorkerOptions { Logger = log }).Completion;
            log.Entries[^1].Id.Should().Be(2002);
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_member_that_its_group_leaves_behind_is_named_in_the_log_and_again_when_it_ends()
    {
        var clock = new ManualClock();
        var mayEnd = new Gate();
        var options = new WorkerOptions { TimeProvider = clock, Logger = _log, Grace = TimeSpan.FromSeconds(3) };
        var group = new WorkerGroup("app", options: options);
        group.Add("stuck", _ => mayEnd.PassAsync());
        group.Start();

        group.RequestStop();
        clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(3), timers: 2); // the budget of the stage, and the grace itself
        clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(5));
        await group.Completion;

        _log.Entries.Should().Contain(entry => entry.Id == 2004 && entry.Text.StartsWith("stuck: Abandoned"), "the log is {0}", Text(_log));
        mayEnd.Open();
        await Task.Run(() => Patience.Until(() => Ids().Contains(2005)));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_logger_that_throws_harms_neither_a_stop_nor_a_worker()
    {
        var log = new CallbackLogger { OnLog = _ => throw new InvalidOperationException("disk full") };
        using var source = new StopSource(logger: log);
        var worker = AsyncWorker.Start(
            "one", async stop => await stop.WaitAsync(Patience.Limit), source.Token, new WorkerOptions { Logger = log });

        source.RequestStop().Should().BeTrue();

        (await worker.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Stopped);
        BackgroundWriter.Flush(Patience.Limit);
        log.Failure.Should().NotBeNull();
    }

    private static Task RequestStop(ILogger logger)
    {
        using var source = new StopSource(logger: logger);
        source.RequestStop("enough");
        return Task.CompletedTask;
    }

    private static Task RequestAbort(ILogger logger)
    {
        using var source = new StopSource(logger: logger);
        source.RequestStop("enough");
        source.RequestAbort("too late");
        return Task.CompletedTask;
    }

    private static Task FailInCallback(ILogger logger)
    {
        using var source = new StopSource(logger: logger);
        source.Token.OnStop(_ => throw new InvalidOperationException("broken callback"));
        source.RequestStop();
        return Task.CompletedTask;
    }

    private static Task HoldUpTheLog(ILogger logger)
    {
        var mayWrite = new Gate();
        var held = new HeldLogger(logger, mayWrite);
        for (var number = 0; number < WriterLane.MostPending + 5; number++)
        {
            using var source = new StopSource(logger: held);
            source.RequestStop();
        }

        mayWrite.Open();
        return Task.CompletedTask;
    }

    private static Task StopByBrokenClock(ILogger logger)
    {
        using var source = new StopSource(new BrokenClock { MakesNoTimer = true }, logger);
        source.RequestStop(grace: Patience.Limit);
        return Task.CompletedTask;
    }

    private static Task<WorkerResult> RunToTheEnd(ILogger logger) =>
        AsyncWorker.Start("one", _ => Task.CompletedTask, options: new WorkerOptions { Logger = logger }).Completion;

    private static Task<WorkerResult> Fault(ILogger logger) => AsyncWorker.Start(
        "one", _ => throw new InvalidOperationException("broken body"), options: new WorkerOptions { Logger = logger }).Completion;

    private static async Task AbandonAndEnd(ILogger logger)
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        var options = new WorkerOptions { Logger = logger, TimeProvider = new ManualClock(), AbortPeriod = TimeSpan.Zero };
        var worker = AsyncWorker.Start(
            "one",
            async stop =>
            {
                stop.Checkpoint("Stuck", "Mailer.cs", 42);
                isRunning.Open();
                await mayEnd.PassAsync();
            },
            options: options);
        await isRunning.PassAsync();

        await worker.StopAsync(TimeSpan.Zero);
        mayEnd.Open();
        await worker.Completion;
    }

    private static Task RestartOnce(ILogger logger) => RestartOnce(logger, handler: null);

    private static async Task RestartWithBrokenHandler(ILogger logger)
    {
        await RestartOnce(logger, (_, _) => throw new InvalidOperationException("broken handler"));
        Patience.Until(() => ((ListLogger)logger).Entries.Any(entry => entry.Id == 2008)); // it runs beside the member
    }

    private static async Task RestartOnce(ILogger logger, EventHandler<MemberRestartedEventArgs>? handler)
    {
        var clock = new ManualClock();
        var policy = FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 3);
        var group = new WorkerGroup("app", policy, new WorkerOptions { Logger = logger, TimeProvider = clock });
        group.MemberRestarted += handler;
        var runs = 0;
        group.Add("one", async _ =>
        {
            await Task.Yield();
            if (++runs == 1)
                throw new InvalidOperationException("broken body");
        });
        group.Start();
        clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(1));
        await group.Completion;
    }

    private static async Task RestartLater(ILogger logger)
    {
        var (isRunning, release) = (new Gate(), new Gate());
        var app = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromSeconds(1), limit: 3), new WorkerOptions { Logger = logger });
        app.Add(() =>
        {
            var group = new WorkerGroup("one", options: new WorkerOptions { Grace = TimeSpan.Zero, AbortPeriod = TimeSpan.Zero });
            group.Add("stuck", _ =>
            {
                isRunning.Open();
                release.Pass();
            });
            group.Add("two", async _ =>
            {
                await isRunning.PassAsync();
                throw new InvalidOperationException("broken body");
            });
            return group;
        });
        app.Start();
        Patience.Until(() => ((ListLogger)logger).Entries.Any(entry => entry.Id == 2007));
        await app.StopAsync();
        release.Open();
    }

    private static async Task StopProcess(ILogger logger)
    {
        using var process = Process.Start("sleep", "600");
        await process.StopAsync(new ProcessStopOptions { Logger = logger });
    }

    // Of a process that hangs in the kernel: the tests with real processes make one.
    private static Task EndProcessStop(ILogger logger)
    {
        new ProcessStopLog(logger).Ended(new ProcessStopResult(ProcessStopOutcome.Killed, 4711)
        {
            Grace = TimeSpan.FromSeconds(10),
            KilledDescendants = [4712, 4713],
            Survivors = [4711],
        });
        return Task.CompletedTask;
    }

    private static Task StartChildWithoutSetsid(ILogger logger)
    {
        ChildLog.NoOwnGroup(logger, "one", 4711);
        return Task.CompletedTask;
    }

    private static Task RunChild(ILogger logger) => RunChild("echo hello", logger);

    private static async Task StopChild(ILogger logger)
    {
        var worker = new ProcessWorker(new ProcessStartInfo("sleep", "600"), "one", new ProcessWorkerOptions { Worker = new WorkerOptions { Logger = logger } });
        worker.Start();
        await worker.StopAsync();
    }

    private static Task RunChildWithBrokenCallback(ILogger logger) =>
        RunChild("echo hello; echo again", logger, _ => throw new InvalidOperationException("broken callback"));

    private static async Task RunChildWithBlockedCallback(ILogger logger)
    {
        var mayReturn = new Gate();
        await RunChild("echo hello", logger, _ => mayReturn.Pass(), TimeSpan.Zero);
        mayReturn.Open();
    }

    private static async Task RunChild(string script, ILogger logger, Action<string>? outputLine = null, TimeSpan? outputLimit = null)
    {
        var start = new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true };
        var options = new ProcessWorkerOptions
        {
            OutputLine = outputLine,
            OutputLimit = outputLimit ?? Patience.Limit,
            Worker = new WorkerOptions { Logger = logger },
        };
        var worker = new ProcessWorker(start, "one", options);
        worker.Start();
        await worker.Completion;
    }

    private static string Text(ListLogger log) => string.Join("; ", log.Entries.Select(entry => $"{entry.Id} {entry.Text}"));

    private IEnumerable<int> Ids() => _log.Entries.Select(entry => entry.Id);

    [GeneratedRegex(@"^\| (?<id>\d{4}) \| (?<level>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
