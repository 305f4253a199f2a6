using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace StopKit.AspNetCore.Tests;

/// <summary>Real Kestrel processes, real signals, and requests that do not end by themselves.</summary>
public sealed class LateRequestTests
{
    [Fact(Timeout = WebChild.Limit)]
    public async Task A_request_that_follows_no_token_is_late_and_named_by_its_route()
    {
        await using var web = await WebChild.StartAsync(WebChild.ShortGrace, WebChild.ShortAbort);
        var requests = new[] { web.GetAsync("/slow/7"), web.GetAsync("/slow/8") };
        await web.WaitForLineAsync("slow: in flight");
        await web.WaitForLineAsync("slow: in flight");

        web.Signal(PosixSignal.SIGTERM);

        await web.ShouldExitAsync(124);
        web.Errors.Should().ContainSingle(static line => line.StartsWith("  LATE") && line.Contains("app/requests"))
            .Which.Should().MatchRegex(@"  app/requests: 2 x GET /slow/\{id\}, \d+(\.\d)? s$");
        web.Output.Should().Contain("database: closed", "a late request does not starve what it uses of its own stop");
        await FluentActions.Awaiting(() => Task.WhenAll(requests)).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task A_client_that_never_reads_is_cut_off_at_the_abort_and_named()
    {
        await using var web = await WebChild.StartAsync(WebChild.ShortGrace, WebChild.LongAbort);
        using var client = new TcpClient(web.Address.Host, web.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n"));
        await web.WaitForLineAsync("endless: in flight");

        web.Signal(PosixSignal.SIGTERM);

        await web.ShouldExitAsync(124);
        web.Output.Should().Contain("endless: cut off");
        web.Errors.Should().ContainSingle(static line => line.StartsWith("  Aborted") && line.Contains("requests"))
            .Which.Should().MatchRegex(@"  app/requests: GET /endless, \d+(\.\d)? s$");
        web.Errors[^1].Should().Be("Exit code 124: ended only after the abort (grace of 1 s expired).");
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task The_token_of_a_request_aborts_with_the_application_and_says_why()
    {
        await using var web = await WebChild.StartAsync("--StopKit:Debounce=00:00:00", WebChild.LongAbort);
        _ = web.GetAsync("/obeys"); // answered or cut off: it ends at the abort by itself, and either may be first
        await web.WaitForLineAsync("obeys: in flight");
        web.Signal(PosixSignal.SIGINT);
        await Eventually.BecomesTrueAsync(() => IsRefused(web.Address));

        web.Signal(PosixSignal.SIGTERM);

        await web.ShouldExitAsync(143);
        web.Output.Should().Contain("obeys: Aborting, SIGTERM received");
        web.Errors.Should().Contain(static line => line.Contains("  app/requests: GET /obeys, "));
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task The_token_of_a_request_stops_when_its_client_goes_away()
    {
        await using var web = await WebChild.StartAsync();
        using (var gone = new CancellationTokenSource())
        {
            var request = web.Client.GetAsync(new Uri("/obeys", UriKind.Relative), gone.Token);
            await web.WaitForLineAsync("obeys: in flight");
            await gone.CancelAsync();
            await FluentActions.Awaiting(() => request).Should().ThrowAsync<OperationCanceledException>();
        }

        await web.WaitForLineAsync("obeys: Stopping, the client has gone away");
        web.Signal(PosixSignal.SIGTERM);
        await web.ShouldExitAsync(0);
        web.Errors.Should().BeEmpty();
    }

    private static bool IsRefused(Uri address)
    {
        try
        {
            using var client = new TcpClient(address.Host, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
