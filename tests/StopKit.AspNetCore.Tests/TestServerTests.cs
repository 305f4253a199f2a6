using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StopKit.AspNetCore.TestChild;

namespace StopKit.AspNetCore.Tests;

/// <summary>The web application inside the process of the tests, as a WebApplicationFactory runs it.</summary>
public sealed class TestServerTests : IDisposable
{
    private readonly WebApplicationFactory<Database> _factory = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Requests_finish_and_the_process_of_the_tests_goes_on()
    {
        using var client = _factory.CreateClient();
        var stop = _factory.Services.GetRequiredService<IHostStop>();
        await Eventually.BecomesTrueAsync(() => stop.IsReady);
        using (var ready = await client.GetAsync(new Uri("/ready", UriKind.Relative)))
            ready.StatusCode.Should().Be(HttpStatusCode.OK);
        var held = client.GetStringAsync(new Uri("/held?of=1", UriKind.Relative));
        await Eventually.BecomesTrueAsync(() => stop.Report.Entries.Any(static entry => IsOfRequests(entry) && entry.Detail is not null));
        stop.Report.Entries.Single(IsOfRequests).Detail.Should().StartWith("GET /held, ");

        stop.RequestStop("enough").Should().BeTrue();

        (await held.WaitAsync(Patience.Limit)).Should().Be("ok");
        await Eventually.BecomesTrueAsync(() => stop.Report.IsComplete);
        stop.Report.Late.Should().BeEmpty();
        Environment.ExitCode.Should().Be(0);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Once_the_requests_have_ended_later_ones_are_refused_for_what_they_use_is_stopped()
    {
        var mayEnd = new Gate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddStopKit().AddWorker("held", (_, _) => mayEnd.PassAsync());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        await using var app = builder.Build();
        app.UseStopKit();
        app.UseStopKit(); // a second call changes nothing
        app.MapStopKitReadiness();
        app.MapGet("/fast", static () => "ok");
        await app.StartAsync();
        using var client = app.GetTestClient();
        var stop = app.Services.GetRequiredService<IHostStop>();
        await Eventually.BecomesTrueAsync(() => stop.IsReady);
        (await client.GetStringAsync(new Uri("/ready", UriKind.Relative))).Should().Be("ready\n");

        var stopping = app.StopAsync();

        await Eventually.BecomesTrueAsync(async () =>
        {
            using var response = await client.GetAsync(new Uri("/fast", UriKind.Relative));
            return response is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter.Delta.TotalSeconds: 1 };
        });
        mayEnd.Open();
        await stopping.WaitAsync(Patience.Limit);
        stop.Report.Entries.Select(static entry => entry.Path[(entry.Path.IndexOf('/', StringComparison.Ordinal) + 1)..])
            .Should().BeEquivalentTo("held", "requests", "services/GenericWebHostService");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_request_is_cut_off_at_the_abort_by_any_server_and_later_ones_are_refused()
    {
        var mayEnd = new Gate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddStopKit(static options => options.AbortPeriod = TimeSpan.FromHours(1));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        await using var app = builder.Build();
        app.UseStopKit();
        app.MapGet("/deaf", () => mayEnd.PassAsync());
        app.MapGet("/fast", static () => "ok");
        await app.StartAsync();
        using var client = app.GetTestClient();
        var stop = app.Services.GetRequiredService<IHostStop>();
        var deaf = client.GetAsync(new Uri("/deaf", UriKind.Relative));
        await Eventually.BecomesTrueAsync(() => stop.Report.Entries.Any(
            static entry => entry.Detail?.StartsWith("GET /deaf, ", StringComparison.Ordinal) == true));

        stop.RequestStop("enough", grace: TimeSpan.Zero);

        await FluentActions.Awaiting(() => deaf.WaitAsync(Patience.Limit)).Should().ThrowAsync<Exception>()
            .Where(static exception => !(exception is TimeoutException), "it is cut off");
        using (var response = await client.GetAsync(new Uri("/fast", UriKind.Relative)))
            response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        mayEnd.Open();
        await Eventually.BecomesTrueAsync(() => stop.Report.Entries.Single(IsOfRequests).Outcome == WorkerOutcome.Aborted);
        stop.Report.Entries.Single(IsOfRequests).Detail.Should().StartWith("GET /deaf, ");
    }

    [Fact]
    public void Without_AddStopKit_the_application_is_not_built()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        FluentActions.Invoking(() => app.UseStopKit()).Should().Throw<InvalidOperationException>().WithMessage("*AddStopKit*");
        var context = new DefaultHttpContext { RequestServices = app.Services };
        FluentActions.Invoking(() => context.GetStopToken()).Should().Throw<InvalidOperationException>().WithMessage("*AddStopKit*");
    }

    // The factory gives the application the name of its assembly.
    private static bool IsOfRequests(StopReportEntry entry) => entry.Path.EndsWith("/requests", StringComparison.Ordinal);

    public void Dispose()
    {
        try
        {
            _factory.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // The application has ended by itself, and so has disposed its host.
        }
    }
}
