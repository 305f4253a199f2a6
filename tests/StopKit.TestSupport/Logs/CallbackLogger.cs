using Microsoft.Extensions.Logging;

namespace StopKit.TestSupport;

/// <summary>Runs the test's code wherever the library logs.</summary>
public sealed class CallbackLogger : ILogger
{
    public Action<int> OnLog { get; set; } = _ => { };

    /// <summary>Gets the first that <see cref="OnLog"/> threw; the library keeps it from everybody else.</summary>
    public Exception? Failure { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            OnLog(eventId.Id);
        }
        catch (Exception thrown)
        {
            Failure ??= thrown;
            throw;
        }
    }
}
