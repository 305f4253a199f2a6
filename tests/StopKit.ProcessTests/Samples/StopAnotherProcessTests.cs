namespace StopKit.ProcessTests.Samples;

public sealed class StopAnotherProcessTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task Each_way_to_name_a_process_stops_it_and_tells_how_it_ended()
    {
        var lines = await SampleRun.ToEndAsync("stop-another-process");

        lines.Should().HaveCount(6);
        lines[0].Should().MatchRegex(@"^Exited, code 3, signal none: process \d+ exited with code 3 after .+$");
        lines[1].Should().MatchRegex(@"^Killed, code 137, signal 9: process \d+ was killed after the grace of 500 ms, and descendants were killed: .+$");
        lines[2].Should().Be("confirmed: True, with its child: True");
        lines.Skip(3).Take(2).Should().OnlyContain(line => line.StartsWith("Exited, code 143, signal 15: process ", StringComparison.Ordinal));
        lines[5].Should().Be("AlreadyExited");
    }
}
