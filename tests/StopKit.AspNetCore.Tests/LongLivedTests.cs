using System.Net.WebSockets;
using System.Runtime.InteropServices;

namespace StopKit.AspNetCore.Tests;

/// <summary>Real Kestrel processes, real signals, and requests that live until they are asked to end.</summary>
public sealed class LongLivedTests
{
    [Fact(Timeout = WebChild.Limit)]
    public async Task Server_sent_events_end_well_at_the_stop()
    {
        await using var web = await WebChild.StartAsync();
        using var response = await web.GetAsync("/events");
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await events.ReadLineAsync()).Should().Be("data: hello");

        web.Signal(PosixSignal.SIGTERM);

        (await events.ReadToEndAsync()).Should().Be("\ndata: goodbye, SIGTERM received\n\n");
        await web.ShouldExitAsync(0);
        web.Errors.Should().BeEmpty();
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task A_WebSocket_is_closed_with_the_reason_at_the_stop()
    {
        await using var web = await WebChild.StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(web.Address) { Scheme = "ws", Path = "/socket" }.Uri, CancellationToken.None);
        await web.WaitForLineAsync("socket: open");

        web.Signal(PosixSignal.SIGTERM);

        var end = await socket.ReceiveAsync(new byte[1].AsMemory(), CancellationToken.None).AsTask().WaitAsync(ChildProcess.DefaultTimeout);
        end.MessageType.Should().Be(WebSocketMessageType.Close);
        (socket.CloseStatus, socket.CloseStatusDescription).Should().Be((WebSocketCloseStatus.EndpointUnavailable, "SIGTERM received"));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await web.ShouldExitAsync(0);
        web.Errors.Should().BeEmpty();
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task The_page_has_news_until_all_workers_have_ended_and_holds_no_stop_up()
    {
        await using var web = await WebChild.StartAsync("--environment", "Development");
        using var response = await web.GetAsync("/stop/events");
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await events.ReadLineAsync()).Should().StartWith("data: \"").And.Contain("Running").And.NotContain("Stopping");

        web.Signal(PosixSignal.SIGTERM);

        var news = (await events.ReadToEndAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        news[^2].Should().Contain("Stopping").And.Contain("SIGTERM received").And.Contain("database").And.Contain("Stopped");
        news[^1].Should().Be("event: end\ndata:");
        await web.ShouldExitAsync(0);
        web.Errors.Should().BeEmpty();
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task A_request_that_stops_the_application_is_answered()
    {
        await using var web = await WebChild.StartAsync();

        (await web.Client.GetStringAsync(new Uri("/leave", UriKind.Relative))).Should().Be("goodbye");

        await web.ShouldExitAsync(0);
        web.Errors.Should().BeEmpty();
    }
}
