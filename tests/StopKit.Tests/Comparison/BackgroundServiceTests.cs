using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StopKit.Tests.Comparison;

/// <summary>What docs/comparison.md says of the Generic Host's <see cref="BackgroundService"/>: each test shows its behaviour and StopKit's.</summary>
public sealed class BackgroundServiceTests
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(300);

    private readonly Gate _mayEnd = new();
    private readonly Gate _isStuck = new();
    private readonly Gate _isWilling = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_late_service_is_left_behind_without_a_word()
    {
        var log = new ListLogger();
        using var service = new Service(StuckAsync);
        using var host = Build([service], log);
        await host.StartAsync();
        await _isStuck.PassAsync();

        await host.StopAsync(); // throws nothing

        service.ExecuteTask!.IsCompleted.Should().BeFalse();
        log.Entries.Should().OnlyContain(entry => entry.Level < LogLevel.Warning && !entry.Text.Contains(nameof(Service)));
        _mayEnd.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_late_worker_is_named_with_its_place()
    {
        var group = new WorkerGroup("app", options: new WorkerOptions { Grace = StopLimit, AbortPeriod = TimeSpan.Zero });
        group.Add("stuck", async stop =>
        {
            stop.Checkpoint();
            await StuckAsync();
        });
        group.Start();
        await _isStuck.PassAsync();

        await group.StopAsync();

        group.Report.Late.Should().ContainSingle().Which.Should().Match<StopReportEntry>(
            entry => entry.Path == "app/stuck" && entry.LastCheckpoint!.ToString().Contains("BackgroundServiceTests.cs:"));
        _mayEnd.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_late_service_uses_up_the_time_of_those_that_are_stopped_after_it()
    {
        TimeSpan? asked = null;
        var watch = new Stopwatch();
        using var host = Build([new Service(stop => WillingAsync(stop)), new Service(StuckAsync)]); // stopped in reverse order
        await host.StartAsync();
        await _isWilling.PassAsync();
        await _isStuck.PassAsync();

        watch.Start();
        await host.StopAsync();

        asked.Should().BeGreaterThan(StopLimit / 2, "until then the host waits for the other one");
        _mayEnd.Open();

        async Task WillingAsync(CancellationToken stop)
        {
            using var registration = stop.UnsafeRegister(_ => asked = watch.Elapsed, null);
            _isWilling.Open();
            await _mayEnd.PassAsync();
        }
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_late_worker_leaves_the_others_their_share()
    {
        var clock = new ManualClock();
        var group = new WorkerGroup("app", options: new WorkerOptions { Grace = StopLimit, TimeProvider = clock });
        var willing = TestWorkers.Make(WorkerKind.Thread, stop => stop.Wait());
        group.Add(willing, order: 1);
        group.Add("stuck", _ => StuckAsync(), order: 2);
        group.Start();
        await _isStuck.PassAsync();

        var stopping = group.StopAsync();
        clock.AdvanceOnceWaitedOn(StopLimit / 2, timers: 3); // half of the grace for each of two stages; timers of the abort, the joiner, the stage

        (await willing.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Stopped);
        stopping.IsCompleted.Should().BeFalse("the other half is not over");
        _mayEnd.Open();
        await stopping.WaitAsync(Patience.Limit);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_group_inside_of_a_service_stops_with_the_host()
    {
        WorkerResult? result = null;
        using var host = Build([new Service(RunGroupAsync)], limit: Patience.Limit);
        await host.StartAsync();
        await _isStuck.PassAsync();

        await host.StopAsync();

        result!.Outcome.Should().Be(WorkerOutcome.Stopped);
        result.Reason!.Cause.Should().Be(StopCause.CancellationToken);

        async Task RunGroupAsync(CancellationToken stoppingToken)
        {
            using var source = StopSource.LinkedTo(stoppingToken);
            await using var group = new WorkerGroup("app");
            group.Add("poller", async stop =>
            {
                _isStuck.Open();
                await stop.WaitAsync(Patience.Limit);
            });
            group.Start(source.Token);
            result = await group.Completion;
        }
    }

    private async Task StuckAsync()
    {
        _isStuck.Open();
        await _mayEnd.PassAsync();
    }

    private static IHost Build(Service[] services, ILogger? log = null, TimeSpan? limit = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = limit ?? StopLimit);
        if (log is not null)
            builder.Logging.AddProvider(new OneLogger(log));
        foreach (var service in services)
            builder.Services.AddSingleton<IHostedService>(service);
        return builder.Build();
    }

    private sealed class Service(Func<CancellationToken, Task> body) : BackgroundService
    {
        internal Service(Func<Task> body)
            : this(_ => body())
        {
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => body(stoppingToken);
    }

    private sealed class OneLogger(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
