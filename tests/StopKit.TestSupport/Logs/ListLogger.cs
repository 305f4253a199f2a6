using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace StopKit.TestSupport;

/// <summary>Keeps what is logged; a <see cref="FakeLogger"/> with entries that compare by value, and with a wait.</summary>
/// <remarks>The library writes its log from a thread of its own: <see cref="Entries"/> waits for it, but what the library has yet to queue a test has to wait for.</remarks>
public sealed class ListLogger : FakeLogger
{
    public sealed record Entry(int Id, LogLevel Level, string Text, Exception? Exception);

    /// <summary>Gets what the library has logged so far, in order; waits for what it has yet to write.</summary>
    public IReadOnlyList<Entry> Entries
    {
        get
        {
            BackgroundWriter.Flush(Patience.Limit);
            return [.. Collector.GetSnapshot().Select(record => new Entry(record.Id.Id, record.Level, record.Message, record.Exception))];
        }
    }

    /// <summary>Waits for an entry; if it does not come, the exception shows those that did.</summary>
    /// <returns>The first that matches.</returns>
    public Entry Until(Func<Entry, bool> matches)
    {
        Entry? found = null;
        try
        {
            Patience.Until(() => (found = Entries.FirstOrDefault(matches)) is not null);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No such entry came. The log is:\n{string.Join('\n', Entries)}");
        }

        return found!;
    }

    /// <summary>Waits until the log has exactly these entries, in this order; the exception shows those that it has.</summary>
    public void ShouldBecome(params Entry[] expected)
    {
        try
        {
            Patience.Until(() => Entries.SequenceEqual(expected));
        }
        catch (TimeoutException)
        {
            Entries.Should().Equal(expected);
        }
    }

    /// <summary>Waits like <see cref="Until"/>, without a thread.</summary>
    public async Task<Entry> UntilAsync(Func<Entry, bool> matches) => await Task.Run(() => Until(matches));
}
