using Microsoft.Extensions.Logging;

namespace StopKit.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class ListLogger : ILogger
{
    private readonly List<Entry> _entries = [];

    internal sealed record Entry(int Id, LogLevel Level, string Text, Exception? Exception);

    /// <summary>Gets what the library has logged so far; waits for what it has yet to write.</summary>
    internal IReadOnlyList<Entry> Entries
    {
        get
        {
            BackgroundWriter.Flush(Patience.Limit);
            lock (_entries)
                return [.. _entries];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries)
            _entries.Add(new Entry(eventId.Id, logLevel, formatter(state, exception), exception));
    }
}
