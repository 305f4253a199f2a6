using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <summary>
/// A user's logger that cannot harm a stop: it is called by the <see cref="BackgroundWriter"/> alone, and what it
/// throws ends there.
/// </summary>
internal sealed class GuardedLogger : WriterLane, ILogger
{
    // One for each logger, however many sources and workers have it: it is the logger that blocks. Compares by reference.
    private static readonly ConditionalWeakTable<ILogger, GuardedLogger> All = [];

    private readonly ILogger _inner;

    private GuardedLogger(ILogger inner) => _inner = inner;

    /// <summary>Gets what the library writes to for a user's logger; one that takes nothing if there is none.</summary>
    internal static ILogger For(ILogger? logger) => logger switch
    {
        null or NullLogger => NullLogger.Instance,
        GuardedLogger => logger,
        _ => All.GetValue(logger, static inner => new GuardedLogger(inner)),
    };

    // The library opens no scopes.
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    // Asked in the background: this, too, is code from outside, which may block.
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        BackgroundWriter.Post(new LogEntry<TState>(this, logLevel, eventId, state, exception, formatter));

    protected override void ReportDropped(int count)
    {
        try
        {
            WriterLog.EntriesDropped(_inner, count);
        }
#pragma warning disable CA1031 // a broken log must not end the writer, and there is nowhere left to report it
        catch (Exception)
#pragma warning restore CA1031
        {
            // As above.
        }
    }

    private sealed class LogEntry<TState>(
        GuardedLogger lane, LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        : WriterEntry(lane)
    {
        protected override void WriteInFlow()
        {
            if (lane._inner.IsEnabled(level))
                lane._inner.Log(level, id, state, exception, formatter);
        }
    }
}
