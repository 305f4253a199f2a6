using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace StopKit.AspNetCore.Tests;

/// <summary>Real Kestrel processes, real signals, and requests that come all the time.</summary>
public sealed class DrainTests
{
    private static readonly Uri Fast = new("/fast", UriKind.Relative);

    [Theory(Timeout = WebChild.Limit), InlineData("00:00:02"), InlineData("00:00:00")]
    public async Task Under_load_every_request_that_was_accepted_is_answered_and_none_is_accepted_after_the_drain_delay(string drainDelay)
    {
        await using var web = await WebChild.StartAsync($"--StopKit:DrainDelay={drainDelay}");
        var (answered, running) = (0, new Gate());
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(AskUntilRefusedAsync)).ToList();
        await running.PassAsync();

        web.Signal(PosixSignal.SIGTERM);

        await Task.WhenAll(clients).WaitAsync(ChildProcess.DefaultTimeout);
        await web.ShouldExitAsync(0);
        web.Output.Should().Contain($"entered: {answered}", "each request that the application saw had its answer");
        web.Errors.Should().BeEmpty();

        async Task AskUntilRefusedAsync()
        {
            using var client = new HttpClient { BaseAddress = web.Address };
            while (true)
            {
                try
                {
                    using var response = await client.GetAsync(Fast);
                    response.StatusCode.Should().Be(HttpStatusCode.OK);
                    if (Interlocked.Increment(ref answered) > 200)
                        running.Open();
                }
                catch (HttpRequestException exception)
                {
                    // A connection in the listener's queue is reset; what a process sees of a connection is counted by it.
                    if (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                        return;
                }
            }
        }
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task While_the_drain_delay_runs_the_probe_fails_new_work_is_refused_and_all_else_is_answered_and_closes_its_connection()
    {
        await using var web = await WebChild.StartAsync("--StopKit:DrainDelay=01:00:00", "--StopKit:Debounce=00:00:00", WebChild.LongAbort);
        (await StatusAsync("/ready")).Should().Be(HttpStatusCode.OK);
        using (var accepted = await web.Client.PostAsync(new Uri("/jobs", UriKind.Relative), null))
            (accepted.StatusCode, accepted.Headers.ConnectionClose).Should().Be((HttpStatusCode.OK, null));

        web.Signal(PosixSignal.SIGTERM);

        await Eventually.BecomesTrueAsync(async () => await StatusAsync("/ready") == HttpStatusCode.ServiceUnavailable);
        using (var refused = await web.Client.PostAsync(new Uri("/jobs", UriKind.Relative), null))
        {
            refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
            refused.Headers.ConnectionClose.Should().BeTrue();
        }

        using (var answered = await web.GetAsync("/fast"))
            (answered.StatusCode, answered.Headers.ConnectionClose).Should().Be((HttpStatusCode.OK, true));
        web.Signal(PosixSignal.SIGTERM); // cuts the delay short
        await web.ShouldExitAsync(143);

        async Task<HttpStatusCode> StatusAsync(string path)
        {
            using var response = await web.GetAsync(path);
            return response.StatusCode;
        }
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task A_thousand_requests_in_flight_at_the_stop_finish_before_what_they_use_is_closed()
    {
        const int Count = 1000;
        await using var web = await WebChild.StartAsync();
        var requests = Enumerable.Range(0, Count).Select(_ => web.Client.GetStringAsync(new Uri($"/held?of={Count}", UriKind.Relative))).ToList();
        await web.WaitForLineAsync("held: all in flight");

        web.Signal(PosixSignal.SIGTERM);

        (await Task.WhenAll(requests)).Should().AllBe("ok");
        await web.ShouldExitAsync(0);
        web.Output.Should().ContainInOrder("database: closed", $"entered: {Count}");
    }
}
