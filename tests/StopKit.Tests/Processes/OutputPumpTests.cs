using System.Text;

namespace StopKit.Tests.Processes;

public sealed class OutputPumpTests
{
    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("", new string[0])]
    [InlineData("one", new[] { "one" })]
    [InlineData("one\n", new[] { "one" })]
    [InlineData("one\ntwo", new[] { "one", "two" })]
    [InlineData("\n\n", new[] { "", "" })]
    [InlineData("one\r\ntwo\r\n\r\n", new[] { "one", "two", "" })]
    [InlineData("one\rtwo\n", new[] { "one\rtwo" })]
    [InlineData("größer\n", new[] { "größer" })]
    public async Task Lines_come_without_their_breaks(string text, string[] lines) => (await Read(text)).Should().Equal(lines);

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(OutputPump.LongestLine)]
    [InlineData(OutputPump.LongestLine + 1)]
    [InlineData(200_000)]
    public async Task A_long_line_comes_in_pieces_that_lose_nothing(int length)
    {
        var line = string.Concat(Enumerable.Range(0, length).Select(n => (char)('a' + (n % 26))));

        var read = await Read($"first\n{line}\nlast");

        read.Should().StartWith(["first"]).And.EndWith(["last"]).And.HaveCount(2 + ((length + OutputPump.LongestLine - 1) / OutputPump.LongestLine));
        string.Concat(read.Skip(1).SkipLast(1)).Should().Be(line);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task One_that_is_abandoned_hands_out_nothing_more()
    {
        var lines = new List<string>();
        var (isHandling, mayGoOn) = (new Gate(), new Gate());
        var pump = OutputPump.Start(Reader("one\ntwo\nthree\n"), "reader", Handle, _ => { });
        await isHandling.PassAsync();

        pump.Abandon();
        mayGoOn.Open();
        await pump.Ended;

        lines.Should().Equal("one");

        void Handle(string line)
        {
            lines.Add(line);
            isHandling.Open();
            mayGoOn.Pass();
        }
    }

    private static async Task<List<string>> Read(string text)
    {
        var lines = new List<string>();
        await OutputPump.Start(Reader(text), "reader", lines.Add, exception => throw exception).Ended;
        return lines;
    }

    private static StreamReader Reader(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
