namespace StopKit.Tests.Shutdown;

/// <summary>How long the end of a program waits for its last texts.</summary>
public sealed class BackgroundTextTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly Gate _held = new();
    private readonly List<string> _written = [];

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_text_that_takes_long_to_make_is_written_within_the_longer_limit()
    {
        var text = new BackgroundText("test", _written.Add);
        text.Post(() => MadeOnceOpen("made"));

        (await Task.Run(() => text.Flush(Moment))).Should().BeFalse("nothing more was granted");
        var flush = BlockedThread<bool>.Start(() => text.Flush(Moment, more: Patience.Limit));
        _held.Open();

        flush.Result.Should().BeTrue();
        _written.Should().Equal("made");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_receiver_that_blocks_has_the_shorter_limit_also_when_it_begins_to_block_late()
    {
        var text = new BackgroundText("test", _ => _held.Pass());
        var mayMake = new Gate();
        text.Post(() =>
        {
            mayMake.Pass();
            return "text";
        });

        // Not a wait of an hour: the test would time out.
        var flush = BlockedThread<bool>.Start(() => text.Flush(Moment, more: TimeSpan.FromHours(1)));
        mayMake.Open();
        flush.Result.Should().BeFalse();
        (await Task.Run(() => text.Flush(Moment, more: TimeSpan.FromHours(1)))).Should().BeFalse("it blocks since before");

        _held.Open();
        (await Task.Run(() => text.Flush(Patience.Limit))).Should().BeTrue();
    }

    [Fact]
    public void A_receiver_that_throws_gets_the_next_text()
    {
        var text = new BackgroundText("test", line =>
        {
            _written.Add(line);
            throw new IOException("full");
        });
        text.Post(() => "first");
        text.Post(() => throw new InvalidOperationException());
        text.Post(() => "second");

        text.Flush(Patience.Limit).Should().BeTrue();

        _written.Should().Equal("first", "second");
    }

    private string MadeOnceOpen(string text)
    {
        _held.Pass();
        return text;
    }
}
