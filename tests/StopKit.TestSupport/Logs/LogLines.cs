using Microsoft.Extensions.Logging;

namespace StopKit.TestSupport;

/// <summary>Keeps what is logged, as lines that begin with the event's id.</summary>
public sealed class LogLines : ILogger
{
    private readonly List<string> _lines = [];

    /// <summary>Gets the lines of these events, or all, in the order they came.</summary>
    public IReadOnlyList<string> Of(params int[] ids)
    {
        lock (_lines)
            return [.. _lines.Where(line => ids.Length == 0 || ids.Contains(int.Parse(line.AsSpan(0, 4))))];
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add($"{eventId.Id} {formatter(state, exception)}");
    }
}
