using System.Net;
using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class WebAppTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task A_request_in_flight_is_answered_before_what_it_uses_is_closed()
    {
        await using var program = await SampleProgram.StartAsync("web-app", "--urls", "http://127.0.0.1:0");
        const string Listening = "Now listening on: ";
        var line = await program.WaitForLineAsync(Listening);
        using var client = new HttpClient { BaseAddress = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]) };
        var request = client.GetAsync(new Uri("/slow", UriKind.Relative));
        await program.WaitForLineAsync("web: a slow request");

        program.Signal(PosixSignal.SIGTERM);

        using var response = await request;
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).Should().Be("done");
        await program.ShouldExitAsync(0);
        program.Output.Lines.Should().Contain("database: closed");
        program.Family.Should().BeEmpty("nothing of it is left");
    }
}
