using Microsoft.Extensions.Logging;

namespace StopKit.TestSupport;

/// <summary>Blocks whoever logs until the test opens a gate, and hands on to another logger.</summary>
public sealed class HeldLogger(ILogger inner, Gate mayWrite) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        mayWrite.Pass();
        return true;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        mayWrite.Pass();
        inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
