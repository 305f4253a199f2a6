using System.Threading.Channels;

namespace StopKit.TestSupport;

/// <summary>The lines that a child prints on one stream.</summary>
public sealed class OutputLines(string name, Func<string> describe)
{
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();
    private readonly List<string> _lines = [];

    /// <summary>Gets all lines so far, also those that a wait has passed over.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Returns the next line that contains <paramref name="text"/>; a later wait goes on after it.</summary>
    public Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null) =>
        WaitAsync(line => line.Contains(text, StringComparison.Ordinal), $"line with \"{text}\"", timeout ?? ChildProcess.DefaultTimeout);

    /// <summary>Returns the next line that matches; a later wait goes on after it.</summary>
    public Task<string> WaitForLineAsync(Func<string, bool> matches, TimeSpan? timeout = null) =>
        WaitAsync(matches, "such line", timeout ?? ChildProcess.DefaultTimeout);

    /// <summary>Reads the stream to its end.</summary>
    public async Task ReadAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
            Add(line);
        _unread.Writer.Complete();
    }

    /// <summary>Adds a line that somebody else has read.</summary>
    public void Add(string line)
    {
        lock (_lines)
            _lines.Add(line);
        _unread.Writer.TryWrite(line);
    }

    private async Task<string> WaitAsync(Func<string, bool> matches, string what, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await foreach (var line in _unread.Reader.ReadAllAsync(limit.Token))
            {
                if (matches(line))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No {what} on {name} within {timeout.TotalSeconds:0.###} s. {describe()}");
        }

        throw new EndOfStreamException($"No {what} on {name} before it ended. {describe()}");
    }
}
