using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StopKit.Hosting.Tests;

/// <summary>Hosts inside the process of the tests, which must survive each of them.</summary>
public sealed class HostStopTests
{
    private readonly Gate _mayEnd = new();
    private readonly Gate _runs = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_host_that_is_a_part_of_another_process_reports_a_late_worker_and_a_late_service_and_ends_no_process()
    {
        using var host = Build(
            static options => (options.Grace, options.AbortPeriod) = (TimeSpan.FromMilliseconds(100), TimeSpan.Zero),
            builder => builder.AddWorker("stuck", (_, _) => StuckAsync()).Services.AddSingleton<IHostedService>(_ => new Service(_ => _mayEnd.PassAsync())));
        await host.StartAsync();
        await _runs.PassAsync();

        await host.StopAsync();

        var stop = host.Services.GetRequiredService<IHostStop>();
        stop.Report.Late.Select(static entry => entry.Path).Should().BeEquivalentTo("app/stuck", "app/services/Service");
        stop.Token.Reason!.Cause.Should().Be(StopCause.HostStopping);
        Environment.ExitCode.Should().Be(0);
        _mayEnd.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_request_stops_the_host_with_its_reason()
    {
        using var host = Build(null, static builder => builder.AddWorker("willing", static async (_, stop) => await stop.WaitAsync()));
        var stop = host.Services.GetRequiredService<IHostStop>();
        (stop.IsDraining, stop.Token.IsStopRequested, stop.Report.IsComplete).Should().Be((false, false, true));
        await host.StartAsync();

        stop.RequestStop("enough").Should().BeTrue();
        stop.RequestStop("again").Should().BeFalse();

        await host.WaitForShutdownAsync().WaitAsync(Patience.Limit);
        (stop.IsDraining, stop.Token.Reason!.Message, stop.Report.IsComplete).Should().Be((true, "enough", true));
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_services_are_the_program_s_own_again_once_the_host_has_stopped()
    {
        var service = new Service(static _ => Task.CompletedTask);
        using var host = Build(null, builder => builder.Services.AddSingleton<IHostedService>(_ => service));
        await host.StartAsync();
        await host.StopAsync();

        host.Services.GetServices<IHostedService>().Should().Contain(service);
        service.Stops.Should().Be(1);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_from_the_services_is_the_one_that_others_get_and_a_restart_makes_another()
    {
        using var host = Build(null, static builder => builder.AddWorker<Flaky>(
            new MemberOptions { Policy = FailurePolicy.Restart(TimeSpan.FromMilliseconds(1), limit: 5) }).Services.AddSingleton<StopFlag>());
        var first = host.Services.GetRequiredService<Flaky>();
        await host.StartAsync();

        (await first.Completion.WaitAsync(Patience.Limit)).Outcome.Should().Be(WorkerOutcome.Faulted);
        var stop = host.Services.GetRequiredService<IHostStop>();
        Patience.Until(() => stop.Report.Entries.Any(static entry => entry is { Path: "app/flaky", Restarts: 1, Outcome: WorkerOutcome.Running }));
        await host.StopAsync();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Health_is_degraded_while_a_worker_waits_for_its_restart_and_unhealthy_when_one_has_failed_for_good()
    {
        using var host = Build(null, static builder =>
        {
            builder.AddWorker("flaky", static (_, _) => throw new InvalidDataException(), new MemberOptions { Policy = FailurePolicy.Restart(TimeSpan.FromDays(1), limit: 5) });
            builder.AddWorker("lost", static (provider, _) => provider.GetRequiredService<Gate>().PassAsync().ContinueWith(static _ => throw new InvalidDataException(), TaskScheduler.Default), new MemberOptions { Policy = FailurePolicy.KeepRunning });
            builder.Services.AddSingleton<Gate>().AddHealthChecks().AddStopKit();
        });
        var health = host.Services.GetRequiredService<HealthCheckService>();
        (await CheckAsync("stopkit-ready")).Status.Should().Be(HealthStatus.Unhealthy, "it has not started");
        await host.StartAsync();

        await Eventually.BecomesTrueAsync(() => CheckAsync("stopkit").Result.Status == HealthStatus.Degraded);
        var entry = await CheckAsync("stopkit");
        entry.Description.Should().Be("app/flaky: Restarting");
        entry.Data["app/flaky"].Should().BeAssignableTo<IReadOnlyDictionary<string, object?>>().Which.Should().Contain("state", "Restarting").And.Contain("restarts", 0);
        await Eventually.BecomesTrueAsync(() => CheckAsync("stopkit-ready").Result.Status == HealthStatus.Healthy);

        host.Services.GetRequiredService<Gate>().Open();
        await Eventually.BecomesTrueAsync(() => CheckAsync("stopkit").Result.Status == HealthStatus.Unhealthy);
        await host.StopAsync();
        (await CheckAsync("stopkit-ready")).Status.Should().Be(HealthStatus.Unhealthy, "it stops");

        async Task<HealthReportEntry> CheckAsync(string name) => (await health.CheckHealthAsync(check => check.Name == name)).Entries[name];
    }

    [Fact]
    public void Wrong_texts_in_the_configuration_are_named_with_their_keys()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["StopKit:Grace"] = "20";
        builder.Configuration["StopKit:SignalExitCodes"] = "maybe";
        builder.Services.AddStopKit();
        using var host = builder.Build();

        FluentActions.Invoking(() => host.Services.GetRequiredService<IHostStop>()).Should().Throw<OptionsValidationException>()
            .Which.Failures.Should().Equal(
                "StopKit:Grace is '20', but must be a time as hh:mm:ss, from 00:00:00 to 24.20:31:23.6470000, or -00:00:00.0010000 for no limit.",
                "StopKit:SignalExitCodes is 'maybe', but must be true or false.");
    }

    [Fact]
    public void Code_comes_after_the_configuration_and_a_second_call_adds_to_the_same()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["StopKit:Grace"] = "00:00:20";
        builder.Configuration["StopKit:DrainDelay"] = "00:00:05";
        var first = builder.Services.AddStopKit(static options => options.DrainDelay = TimeSpan.FromSeconds(6));
        builder.Services.AddStopKit().Should().BeSameAs(first);
        using var host = builder.Build();

        var options = host.Services.GetRequiredService<IOptions<StopKitOptions>>().Value;
        (options.Grace, options.DrainDelay).Should().Be((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(6)));
        host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.Should().Be(TimeSpan.FromSeconds(36), "with the abort period and a margin of 5 s each");
    }

    private static IHost Build(Action<StopKitOptions>? configure, Action<IStopKitBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "app" });
        builder.Logging.ClearProviders();
        add(builder.Services.AddStopKit(configure));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>(); // as a WebApplicationFactory has one: this process is the tests'
        return builder.Build();
    }

    private async Task StuckAsync()
    {
        _runs.Open();
        await _mayEnd.PassAsync();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Service(Func<CancellationToken, Task> stop) : IHostedService
    {
        internal int Stops { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Stops++;
            return stop(cancellationToken);
        }
    }

    private sealed class Flaky(StopFlag hasFailed) : AsyncWorker("flaky")
    {
        protected override async Task RunAsync(StopToken stop)
        {
            if (hasFailed.Set())
                throw new InvalidDataException();
            await stop.WaitAsync();
        }
    }
}
